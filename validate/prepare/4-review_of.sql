-- The latest review of each application, by 初审日期, then source order: of any unit, and of
-- the unit on the school's path. A held review is a review: one whose date cannot be
-- read comes before the dated ones, one whose conclusion cannot be read says nothing but
-- is the latest all the same. Of two reviews of an application the
-- later one stays; their date and id are compared as one number, whose lower 32 bits are the id
-- (no day comes before the year 1, which began 719162 days before 1970).
INSERT INTO review_of(application, latest, latest_of_unit)
SELECT v.application, r.id, CASE WHEN r.reviewing_unit = p.unit THEN r.id END
FROM reviewed_application v
CROSS JOIN city_review r ON r.id = v.review
LEFT JOIN school_path p ON p.school_code = v.school_code
WHERE true -- or what follows would be taken for a condition of the join
ON CONFLICT(application) DO UPDATE SET
  latest = (SELECT max(coalesce(c.review_date, -1000000) * 4294967296 + c.id) & 4294967295 FROM city_review c
            WHERE c.id IN (latest, excluded.latest)),
  latest_of_unit = (SELECT max(coalesce(c.review_date, -1000000) * 4294967296 + c.id) & 4294967295 FROM city_review c
                    WHERE c.id IN (latest_of_unit, excluded.latest_of_unit));
