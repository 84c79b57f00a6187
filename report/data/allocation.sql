-- file: allocation.csv
-- columns: scenario, factor, school_code, x, amount_fen
-- sort: scenario, factor, school_code
SELECT run AS scenario, factor, printf('%010d', school_code) AS school_code, x, amount_fen
FROM allocation
UNION ALL
SELECT run, 'total', printf('%010d', school_code), NULL, amount_fen
FROM allocation_total
ORDER BY 1, 2, 3;
