-- count: major_count
-- title: 专业统计
-- reads: major_tally major_ref term enumeration
--
-- A major is its six digits, name and level together; the letters K, T and TK do not
-- tell majors apart. Unreadable parts are empty.
SELECT CASE WHEN m.base_code IS NULL THEN '' ELSE printf('%06d', m.base_code) END AS major_code,
       COALESCE(t.text, '') AS major_name,
       COALESCE((SELECT text FROM enumeration
                 WHERE dataset = 'application' AND field = 'major_level' AND position = m.major_level), '') AS major_level,
       e.schools, e.applications, e.recommended, e.approved_applications, e.returned, e.rejected, e.under_review,
       e.declared, e.first_review, e.approved
FROM major_tally e
LEFT JOIN major_ref m ON m.id = e.major
LEFT JOIN term t ON t.id = m.major_name
ORDER BY 1, 2, 3
