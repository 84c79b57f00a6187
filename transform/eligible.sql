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
WHERE g.approved_applications > 0 OR (:basis = 'provisional' AND g.recommended_applications > 0)
GROUP BY g.school_code
ORDER BY g.school_code
