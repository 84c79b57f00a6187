-- The outcome of each application and its three numbers (rules.md, "From findings to
-- outcome"): 申报 as declared, 初审 as the latest review of the unit on the school's path
-- agreed to, 核定 only with outcome 通过.

-- What weighs on an application: its worst finding that stands, and the decision on the whole.
CREATE TEMP TABLE weight(application INTEGER PRIMARY KEY, worst INTEGER NOT NULL,
  id INTEGER, decision INTEGER, approved_number INTEGER);
INSERT INTO temp.weight(application, worst)
SELECT a.id, max(CASE f.weight WHEN 'reject' THEN 3 WHEN 'return' THEN 2 ELSE 1 END)
FROM finding f
CROSS JOIN application a ON a.application_no = f.application_no
WHERE NOT f.settled AND f.weight <> 'note'
GROUP BY a.id;

INSERT INTO temp.weight(application, worst, id, decision, approved_number)
SELECT s.application, 0, d.id, d.decision, d.approved_number
FROM decision_state s JOIN decision d ON d.id = s.decision
WHERE s.state = 'valid' AND d.rule IS NULL
ON CONFLICT(application) DO UPDATE SET
  id = excluded.id, decision = excluded.decision, approved_number = excluded.approved_number;

INSERT INTO outcome(application, outcome, declared, first_review, approved, decision)
SELECT a.id,
       CASE WHEN w.application IS NULL AND a.unknown = 0 THEN '建议通过' -- most of them
            WHEN w.worst = 3 OR w.decision = 3 THEN '不符合'
            WHEN w.worst = 2 OR a.unknown <> 0 OR w.decision = 2 THEN '退回'
            WHEN w.worst = 1 THEN '待研判'
            WHEN w.decision = 1 THEN '通过'
            ELSE '建议通过' END,
       a.declared,
       CASE WHEN r.conclusion = 1
            THEN coalesce(r.reviewed_number, CASE WHEN NOT r.reviewed_number_unknown THEN a.declared END) END,
       CASE WHEN w.decision = 1 AND w.worst = 0 AND a.unknown = 0
            THEN coalesce(w.approved_number, a.declared) END,
       w.id
FROM application a NOT INDEXED
LEFT JOIN temp.weight w ON w.application = a.id
LEFT JOIN review_of o ON o.application = a.id
LEFT JOIN city_review r ON r.id = o.latest_of_unit;

DROP TABLE temp.weight;
