-- The outcome and the numbers of each application as they are where nothing weighs on it;
-- outcome.sql changes those on which something does. So this runs beside the rules.
--
-- 申报 as declared, 初审 as the latest review of the unit on the school's path agreed to.
-- A held record is returned.
INSERT INTO outcome(application, outcome, declared, first_review)
SELECT a.id,
       CASE WHEN a.unknown = 0 THEN '建议通过' ELSE '退回' END,
       a.declared,
       CASE WHEN r.conclusion = 1
            THEN coalesce(r.reviewed_number, CASE WHEN NOT r.reviewed_number_unknown THEN a.declared END) END
FROM application a NOT INDEXED
LEFT JOIN review_of o ON o.application = a.id
LEFT JOIN city_review r ON r.id = o.latest_of_unit
ORDER BY a.id;
