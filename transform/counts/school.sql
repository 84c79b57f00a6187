-- count: school_count
-- title: 院校统计
-- reads: school_tally school_path school term application enumeration
--
-- A registered school stands with the registry's name; another with the name that
-- its first application declares. Applications with an unreadable code share the
-- empty one. reviewing_unit is a city only for a 中职 on the city path.
SELECT CASE WHEN e.school_code IS NULL THEN '' ELSE printf('%010d', e.school_code) END AS school_code,
       CASE WHEN e.school_code IS NULL THEN ''
            ELSE COALESCE((SELECT t.text FROM school s JOIN term t ON t.id = s.school_name WHERE s.id = p.school_id),
                          (SELECT t.text FROM application a JOIN term t ON t.id = a.school_name
                           WHERE a.id = e.first_named), '')
       END AS school_name,
       COALESCE((SELECT text FROM enumeration
                 WHERE dataset = 'school' AND field = 'school_kind' AND position = p.school_kind), '') AS school_kind,
       CASE WHEN p.school_code IS NULL OR (p.path = 'city' AND p.unit IS NULL) THEN ''
            WHEN p.path = 'city' THEN printf('%06d', p.unit)
            ELSE 'province' END AS reviewing_unit,
       e.applications, e.recommended, e.approved_applications, e.returned, e.rejected, e.under_review,
       e.certificates, e.declared, e.first_review, e.approved,
       COALESCE(e.approved_junior, 0) AS approved_junior, COALESCE(e.approved_intermediate, 0) AS approved_intermediate,
       COALESCE(e.approved_senior, 0) AS approved_senior
FROM school_tally e
LEFT JOIN school_path p ON p.school_code = e.school_code
ORDER BY e.school_code
