-- What decisions make of findings (rules.md, "From findings to outcome"): `settled`
-- and `weight`, worked out anew from `severity`. A settled finding weighs as a note.
--
-- decision.decision: 1 通过, 2 退回, 3 不通过, 4 豁免.

-- 核定 > 初审: there a whole 通过 does not settle R27c. 核定 and 初审 left blank are the
-- declared number.
CREATE TEMP TABLE IF NOT EXISTS decided(
  application_no TEXT NOT NULL, rule TEXT NOT NULL, -- '' for the whole application
  decision INTEGER NOT NULL, exceeds INTEGER NOT NULL,
  PRIMARY KEY(application_no, rule)) WITHOUT ROWID;
DELETE FROM temp.decided;
INSERT INTO temp.decided
SELECT a.application_no, coalesce(d.rule, ''), d.decision,
       coalesce(coalesce(d.approved_number, a.declared) > coalesce(r.reviewed_number, a.declared)
                AND NOT r.reviewed_number_unknown, 0)
FROM decision_state s
JOIN decision d ON d.id = s.decision
JOIN application a ON a.id = s.application
LEFT JOIN review_of o ON o.application = a.id
LEFT JOIN city_review r ON r.id = o.latest
WHERE s.state = 'valid';

-- Per rule: 豁免 settles a return or a review, 通过 a review; 退回 and 不通过 turn a review
-- into a return or a reject. A reject is never settled. The `+` has SQLite begin with the
-- decisions, which are few.
UPDATE finding SET
  settled = d.decision IN (1, 4) AND NOT (d.decision = 1 AND severity = 'return'),
  weight = CASE
    WHEN d.decision = 2 AND severity = 'review' THEN 'return'
    WHEN d.decision = 3 AND severity = 'review' THEN 'reject'
    WHEN d.decision = 4 OR d.decision = 1 AND severity = 'review' THEN 'note'
    ELSE severity END
FROM temp.decided d
WHERE finding.application_no = +d.application_no AND d.rule = finding.rule AND d.rule <> ''
  AND finding.severity IN ('return', 'review');

-- The whole application: 通过 settles the reviews that still stand, except that a
-- decision came before the city's review (R35b), that 核定 exceeds 初审 (R27c), and
-- what is wrong with the decision itself (R50).
UPDATE finding SET settled = 1, weight = 'note'
FROM temp.decided d
WHERE finding.application_no = +d.application_no AND d.rule = '' AND d.decision = 1
  AND finding.weight = 'review' AND NOT finding.settled
  AND NOT (finding.rule = 'R35' AND finding.rule_case = 'b')
  AND NOT (finding.rule = 'R27' AND finding.rule_case = 'c' AND d.exceeds)
  AND finding.rule <> 'R50';
