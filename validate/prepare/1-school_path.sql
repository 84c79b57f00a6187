-- 四.2, who reviews a school: a 中职 (school_kind 3) of a city or prefecture (affiliation
-- 2) is reviewed by its 主管市州; one of the province or a ministry goes straight to the
-- province unless notice.xml says city (then 主管市州, else 所在市州); all others report
-- to the province. A 主管市州 that cannot be read is not empty: its unit is unknown. Of a code that
-- stands twice in the registry the first row counts.
INSERT INTO school_path(school_code, school_id, school_kind, path, unit)
SELECT school_code, id, school_kind, path,
       CASE WHEN path = 'city' AND (affiliation = 2 OR reviewing_region_unknown) THEN reviewing_region
            WHEN path = 'city' THEN coalesce(reviewing_region, location_region) END
FROM (
  SELECT s.*,
         CASE WHEN s.school_kind = 3 AND s.affiliation = 2 THEN 'city'
              WHEN s.school_kind = 3 THEN coalesce((SELECT p.path FROM review_path p WHERE p.affiliation = s.affiliation), 'direct')
              ELSE 'province' END AS path
  FROM school s
  WHERE s.id IN (SELECT min(id) FROM school GROUP BY school_code));
