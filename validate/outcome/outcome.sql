-- The outcome of each application and its three numbers (rules.md, "From findings to
-- outcome"): 申报 as declared, 初审 as the latest review of the unit on the school's path
-- agreed to, 核定 only with outcome 通过.

CREATE TEMP TABLE standing(application INTEGER PRIMARY KEY, worst INTEGER NOT NULL);
INSERT INTO temp.standing
SELECT a.id, max(CASE f.weight WHEN 'reject' THEN 3 WHEN 'return' THEN 2 ELSE 1 END)
FROM finding f
JOIN application a ON a.application_no = f.application_no
WHERE NOT f.settled AND f.weight <> 'note'
GROUP BY a.id;

CREATE TEMP TABLE whole(application INTEGER PRIMARY KEY, id INTEGER, decision INTEGER, approved_number INTEGER);
INSERT INTO temp.whole
SELECT s.application, d.id, d.decision, d.approved_number
FROM decision_state s JOIN decision d ON d.id = s.decision
WHERE s.state = 'valid' AND d.rule IS NULL;

INSERT INTO outcome(application, outcome, declared, first_review, approved, decision)
SELECT id, verdict, declared, first_review,
       CASE WHEN verdict = '通过' THEN coalesce(approved_number, declared) END, decision
FROM (
  SELECT a.id,
         CASE WHEN s.worst = 3 OR w.decision = 3 THEN '不符合'
              WHEN s.worst = 2 OR a.unknown <> 0 OR w.decision = 2 THEN '退回'
              WHEN s.worst = 1 THEN '待研判'
              WHEN w.decision = 1 THEN '通过'
              ELSE '建议通过' END AS verdict,
         a.declared,
         CASE WHEN r.conclusion = 1 AND NOT r.reviewed_number_unknown
              THEN coalesce(r.reviewed_number, a.declared) END AS first_review,
         w.approved_number, w.id AS decision
  FROM application a
  LEFT JOIN temp.standing s ON s.application = a.id
  LEFT JOIN temp.whole w ON w.application = a.id
  LEFT JOIN review_of o ON o.application = a.id
  LEFT JOIN city_review r ON r.id = o.latest_of_unit);

DROP TABLE temp.standing;
DROP TABLE temp.whole;
