-- The application that each city review attaches to by its 申报编号, with what rules of reviews
-- ask of it: four of them would look 申报编号 up again. An ambiguous number has none.
INSERT INTO reviewed_application(review, application, school_code, submitted)
SELECT r.id, a.id, a.school_code, a.submitted
FROM city_review r
CROSS JOIN application a ON a.application_no = r.application_no
WHERE r.application_no NOT IN (SELECT application_no FROM ambiguous_application);
