-- view: counted
-- title: 统计口径下的申报
-- reads: application outcome certificate_ref term
--
-- One row per application, as every count sees it. Empty numbers count 0. A
-- certificate that could not be resolved is known by its folded name
-- (unresolved = term.folded); where even that is unreadable both are NULL.
-- certificate_key tells certificates apart: the code's term, or the negative of
-- the folded name's, or 0.
SELECT a.id AS application, a.school_code, a.school_name, a.major_ref, a.level,
       r.certificate,
       CASE WHEN r.certificate IS NULL THEN NULLIF(r.unit, n.blank) END AS unresolved,
       COALESCE(r.certificate, -NULLIF(r.unit, n.blank), 0) AS certificate_key,
       COALESCE(o.outcome = '建议通过', 0) AS recommended,
       COALESCE(o.outcome = '通过', 0) AS approved_application,
       COALESCE(o.outcome = '退回', 0) AS returned,
       COALESCE(o.outcome = '不符合', 0) AS rejected,
       COALESCE(o.outcome = '待研判', 0) AS under_review,
       COALESCE(o.declared, 0) AS declared,
       COALESCE(o.first_review, 0) AS first_review,
       COALESCE(o.approved, 0) AS approved
-- a name of brackets alone folds to nothing: it is no name
FROM (SELECT COALESCE(MIN(folded), 0) AS blank FROM term WHERE folded_text = '') n
CROSS JOIN application a
LEFT JOIN outcome o ON o.application = a.id
LEFT JOIN certificate_ref r ON r.id = a.certificate_ref
