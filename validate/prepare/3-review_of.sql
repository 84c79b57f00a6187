-- The latest review of each application, by 初审日期, then source order: of any unit, and of
-- the unit on the school's path. A held review is a review: one whose date cannot be
-- read comes before the dated ones, one whose conclusion cannot be read says nothing but
-- is the latest all the same. An ambiguous number has none. Date and id are compared as one
-- number; its lower 32 bits are the id.
INSERT INTO review_of(application, latest, latest_of_unit)
SELECT application, max(place) & 4294967295, max(CASE WHEN reviewing_unit = unit THEN place END) & 4294967295
FROM (
  SELECT a.id AS application, coalesce(r.review_date, 0) * 4294967296 + r.id AS place, r.reviewing_unit, p.unit
  FROM city_review r
  CROSS JOIN application a ON a.application_no = r.application_no
  LEFT JOIN ambiguous_application x ON x.application_no = a.application_no
  LEFT JOIN school_path p ON p.school_code = a.school_code
  WHERE x.application_no IS NULL)
GROUP BY application;
