-- What findings and decisions make of the outcomes that presumed.sql has put (rules.md,
-- "From findings to outcome").

-- What weighs on an application: its worst finding that stands, and the decision on the whole.
CREATE TEMP TABLE weight(application INTEGER PRIMARY KEY, worst INTEGER NOT NULL,
  id INTEGER, decision INTEGER, approved_number INTEGER);
INSERT INTO temp.weight(application, worst)
SELECT a.id, CASE f.weight WHEN 'reject' THEN 3 WHEN 'return' THEN 2 ELSE 1 END
FROM finding f NOT INDEXED
CROSS JOIN application a ON a.application_no = f.application_no
WHERE NOT f.settled AND f.weight <> 'note'
ON CONFLICT(application) DO UPDATE SET worst = max(worst, excluded.worst);

INSERT INTO temp.weight(application, worst, id, decision, approved_number)
SELECT s.application, 0, d.id, d.decision, d.approved_number
FROM decision_state s JOIN decision d ON d.id = s.decision
WHERE s.state = 'valid' AND d.rule IS NULL
ON CONFLICT(application) DO UPDATE SET
  id = excluded.id, decision = excluded.decision, approved_number = excluded.approved_number;

-- 核定 only with outcome 通过. As presumed, 退回 says that the record is held.
UPDATE outcome SET
  outcome = CASE WHEN w.worst = 3 OR w.decision = 3 THEN '不符合'
                 WHEN w.worst = 2 OR outcome.outcome = '退回' OR w.decision = 2 THEN '退回'
                 WHEN w.worst = 1 THEN '待研判'
                 WHEN w.decision = 1 THEN '通过'
                 ELSE '建议通过' END,
  approved = CASE WHEN w.decision = 1 AND w.worst = 0 AND outcome.outcome <> '退回'
                  THEN coalesce(w.approved_number, declared) END,
  decision = w.id
FROM temp.weight w
WHERE outcome.application = +w.application; -- from the few to the many

DROP TABLE temp.weight;
