-- What each decision is worth. temp.row_digest holds the digest of every row that some
-- decision names. Valid is the latest (审核日期, then source order) of those neither void
-- nor held, one for the whole application and one per rule.
INSERT INTO decision_state(decision, application, state)
SELECT d.id, CASE WHEN x.application_no IS NULL THEN a.id END,
       CASE WHEN a.id IS NULL THEN 'unknown'
            WHEN x.application_no IS NOT NULL THEN 'ambiguous'
            WHEN d.row_digest <> g.digest THEN 'void'
            WHEN d.unknown <> 0 THEN 'held'
            ELSE 'superseded' END
FROM decision d
LEFT JOIN ambiguous_application x ON x.application_no = d.application_no
LEFT JOIN application a ON a.application_no = d.application_no
LEFT JOIN temp.row_digest g ON g.application = a.id
GROUP BY d.id;

UPDATE decision_state SET state = 'valid'
WHERE decision IN (
  SELECT max(d.decision_date * 4294967296 + d.id) & 4294967295
  FROM decision_state s JOIN decision d ON d.id = s.decision
  WHERE s.state = 'superseded'
  GROUP BY s.application, d.rule);
