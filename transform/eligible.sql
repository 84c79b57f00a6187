-- eligible: schools
-- title: 参与测算的学校
-- reads: granted school_path scenario_kind
--
-- A school takes part where the scenario names its kind and at least one of its
-- applications is 通过 (provisional: 通过 or 建议通过).
SELECT g.school_code
FROM granted g
JOIN school_path p ON p.school_code = g.school_code
JOIN scenario_kind k ON k.scenario = :scenario AND k.school_kind = p.school_kind
GROUP BY g.school_code
HAVING SUM(CASE :basis WHEN 'final' THEN g.final_applications ELSE g.provisional_applications END) > 0
ORDER BY g.school_code
