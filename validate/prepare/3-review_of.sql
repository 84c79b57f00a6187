-- The latest review of each application, by 初审日期, then source order: of any unit, and of
-- the unit on the school's path. A review whose conclusion or date cannot be read
-- cannot be the latest; an ambiguous number has none. Date and id are compared as one
-- number; its lower 32 bits are the id.
INSERT INTO review_of(application, latest, latest_of_unit)
SELECT application, max(place) & 4294967295, max(CASE WHEN reviewing_unit = unit THEN place END) & 4294967295
FROM (
  SELECT a.id AS application, r.review_date * 4294967296 + r.id AS place, r.reviewing_unit, p.unit
  FROM city_review r
  JOIN application a ON a.application_no = r.application_no
  LEFT JOIN ambiguous_application x ON x.application_no = a.application_no
  LEFT JOIN school_path p ON p.school_code = a.school_code
  WHERE x.application_no IS NULL AND r.conclusion IS NOT NULL AND r.review_date IS NOT NULL)
GROUP BY application;
