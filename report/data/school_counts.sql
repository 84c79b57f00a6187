-- file: school_counts.csv
-- columns: school_code, school_name, school_kind, reviewing_unit, applications, recommended, approved_applications, returned, rejected, under_review, certificates, declared, first_review, approved, approved_junior, approved_intermediate, approved_senior
-- sort: school_code
SELECT school_code, school_name, school_kind, reviewing_unit, applications, recommended,
       approved_applications, returned, rejected, under_review, certificates, declared,
       first_review, approved, approved_junior, approved_intermediate, approved_senior
FROM school_count
ORDER BY school_code;
