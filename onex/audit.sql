-- The second route: every count, outcome and amount derived again from the typed rows
-- and findings by plain SQL that shares nothing with the stages. Run it with
--
--     sqlite3 batch.db < audit.sql
--
-- Each statement prints a row (what, where, found, expected) for every difference;
-- nothing at all means that everything agrees.

-- 1. Sources: the lines of each sheet, and the records that they gave.
SELECT 'source.seen', file || ' ' || sheet, seen, accepted + held + rejected + skipped
FROM source WHERE seen <> accepted + held + rejected + skipped;

SELECT 'application', 'accepted + held', (SELECT count(*) FROM application),
       (SELECT coalesce(sum(accepted + held), 0) FROM source WHERE dataset = 'application')
WHERE (SELECT count(*) FROM application)
   <> (SELECT coalesce(sum(accepted + held), 0) FROM source WHERE dataset = 'application');

SELECT 'application.held', s.file || ' ' || s.sheet, s.held,
       (SELECT count(*) FROM application a WHERE a.source = s.id AND a.unknown <> 0)
FROM source s
WHERE s.dataset = 'application'
  AND s.held <> (SELECT count(*) FROM application a WHERE a.source = s.id AND a.unknown <> 0);

-- 2. Outcomes, from findings and the decisions that count. `stands` is what each finding
--    weighs: a decision on its rule first, then a 通过 of the whole application.
WITH
whole AS (
  SELECT s.application, d.decision, d.approved_number
  FROM decision_state s JOIN decision d ON d.id = s.decision WHERE s.state = 'valid' AND d.rule IS NULL),
single AS (
  SELECT s.application, d.rule, d.decision
  FROM decision_state s JOIN decision d ON d.id = s.decision WHERE s.state = 'valid' AND d.rule IS NOT NULL),
weighed AS (
  SELECT a.id AS application, f.rule, f.rule_case, w.decision AS whole_decision,
         CASE WHEN f.severity = 'return' AND s.decision = 4 THEN 'note'
              WHEN f.severity = 'review' THEN
                CASE s.decision WHEN 1 THEN 'note' WHEN 4 THEN 'note' WHEN 2 THEN 'return' WHEN 3 THEN 'reject'
                     ELSE 'review' END
              ELSE f.severity END AS stands,
         coalesce(w.approved_number, a.declared) > coalesce(r.reviewed_number, a.declared) AS exceeds
  FROM finding f
  JOIN application a ON a.application_no = f.application_no
  LEFT JOIN whole w ON w.application = a.id
  LEFT JOIN single s ON s.application = a.id AND s.rule = f.rule
  LEFT JOIN review_of o ON o.application = a.id
  LEFT JOIN city_review r ON r.id = o.latest),
standing AS (
  SELECT application,
         max(stands = 'reject') AS rejects, max(stands = 'return') AS returns,
         max(stands = 'review' AND (whole_decision IS NOT 1 OR rule = 'R50' OR rule = 'R35' AND rule_case = 'b'
                                    OR rule = 'R27' AND rule_case = 'c' AND exceeds)) AS reviews
  FROM weighed GROUP BY application),
again AS (
  SELECT a.id, a.application_no,
         CASE WHEN s.rejects OR w.decision = 3 THEN '不符合'
              WHEN s.returns OR a.unknown <> 0 OR w.decision = 2 THEN '退回'
              WHEN s.reviews THEN '待研判'
              WHEN w.decision = 1 THEN '通过'
              ELSE '建议通过' END AS outcome
  FROM application a LEFT JOIN standing s ON s.application = a.id LEFT JOIN whole w ON w.application = a.id)
SELECT 'outcome', g.application_no || ' #' || g.id, o.outcome, g.outcome
FROM again g LEFT JOIN outcome o ON o.application = g.id
WHERE o.outcome IS NOT g.outcome;

-- 3. The three numbers.
WITH again AS (
  SELECT a.id, a.application_no, a.declared,
         (SELECT CASE WHEN r.conclusion = 1 AND r.reviewed_number IS NULL AND NOT r.reviewed_number_unknown THEN a.declared
                      WHEN r.conclusion = 1 THEN r.reviewed_number END
          FROM review_of o JOIN city_review r ON r.id = o.latest_of_unit WHERE o.application = a.id) AS first_review,
         CASE WHEN o.outcome = '通过' THEN
           coalesce((SELECT d.approved_number FROM decision_state s JOIN decision d ON d.id = s.decision
                     WHERE s.application = a.id AND s.state = 'valid' AND d.rule IS NULL), a.declared) END AS approved
  FROM application a JOIN outcome o ON o.application = a.id)
SELECT 'numbers', g.application_no || ' #' || g.id,
       coalesce(o.declared, '') || '/' || coalesce(o.first_review, '') || '/' || coalesce(o.approved, ''),
       coalesce(g.declared, '') || '/' || coalesce(g.first_review, '') || '/' || coalesce(g.approved, '')
FROM again g JOIN outcome o ON o.application = g.id
WHERE o.declared IS NOT g.declared OR o.first_review IS NOT g.first_review OR o.approved IS NOT g.approved;

-- 4. Counts by school, by certificate and level, by reviewing unit.
WITH again AS (
  SELECT CASE WHEN a.school_code IS NULL THEN '' ELSE printf('%010d', a.school_code) END AS school_code, count(*) AS applications,
         sum(o.outcome = '建议通过') AS recommended, sum(o.outcome = '通过') AS approved_applications,
         sum(o.outcome = '退回') AS returned, sum(o.outcome = '不符合') AS rejected,
         sum(o.outcome = '待研判') AS under_review,
         coalesce(sum(o.declared), 0) AS declared, coalesce(sum(o.first_review), 0) AS first_review,
         coalesce(sum(o.approved), 0) AS approved
  FROM application a JOIN outcome o ON o.application = a.id GROUP BY a.school_code)
SELECT 'school_counts', coalesce(g.school_code, c.school_code),
       c.applications || ' ' || c.recommended || ' ' || c.approved_applications || ' ' || c.returned || ' ' || c.rejected
         || ' ' || c.under_review || ' ' || c.declared || ' ' || c.first_review || ' ' || c.approved,
       g.applications || ' ' || g.recommended || ' ' || g.approved_applications || ' ' || g.returned || ' ' || g.rejected
         || ' ' || g.under_review || ' ' || g.declared || ' ' || g.first_review || ' ' || g.approved
FROM again g FULL JOIN school_count c ON c.school_code = g.school_code
WHERE (c.applications, c.recommended, c.approved_applications, c.returned, c.rejected, c.under_review, c.declared,
       c.first_review, c.approved)
   IS NOT (g.applications, g.recommended, g.approved_applications, g.returned, g.rejected, g.under_review, g.declared,
       g.first_review, g.approved);

WITH again AS (
  SELECT coalesce((SELECT text FROM term WHERE id = r.certificate), '') AS certificate_code, a.level,
         count(*) AS applications, count(DISTINCT coalesce(a.school_code, -1)) AS schools,
         coalesce(sum(o.declared), 0) AS declared, coalesce(sum(o.first_review), 0) AS first_review,
         coalesce(sum(o.approved), 0) AS approved
  FROM application a JOIN outcome o ON o.application = a.id JOIN certificate_ref r ON r.id = a.certificate_ref
  WHERE r.certificate IS NOT NULL
  GROUP BY r.certificate, a.level)
SELECT 'certificate_counts', coalesce(g.certificate_code, c.certificate_code) || ' ' || coalesce(c.level, ''),
       c.applications || ' ' || c.declared || ' ' || c.first_review || ' ' || c.approved,
       g.applications || ' ' || g.declared || ' ' || g.first_review || ' ' || g.approved
FROM again g
FULL JOIN (SELECT * FROM certificate_count WHERE certificate_code <> '') c
  ON c.certificate_code = g.certificate_code
 AND c.level = coalesce((SELECT text FROM enumeration
                         WHERE dataset = 'application' AND field = 'level' AND position = g.level), '')
WHERE (c.applications, c.declared, c.first_review, c.approved)
   IS NOT (g.applications, g.declared, g.first_review, g.approved);

-- Those that R01 could not resolve, together by level.
WITH again AS (
  SELECT coalesce((SELECT text FROM enumeration WHERE dataset = 'application' AND field = 'level' AND position = a.level), '')
           AS level, count(*) AS applications, coalesce(sum(o.declared), 0) AS declared,
         coalesce(sum(o.first_review), 0) AS first_review, coalesce(sum(o.approved), 0) AS approved
  FROM application a JOIN outcome o ON o.application = a.id JOIN certificate_ref r ON r.id = a.certificate_ref
  WHERE r.certificate IS NULL GROUP BY 1),
written AS (
  SELECT coalesce(level, '') AS level, sum(applications) AS applications, sum(declared) AS declared,
         sum(first_review) AS first_review, sum(approved) AS approved
  FROM certificate_count WHERE certificate_code = '' GROUP BY 1)
SELECT 'certificate_counts', coalesce(g.level, c.level),
       c.applications || ' ' || c.declared || ' ' || c.first_review || ' ' || c.approved,
       g.applications || ' ' || g.declared || ' ' || g.first_review || ' ' || g.approved
FROM again g FULL JOIN written c ON c.level = g.level
WHERE (c.applications, c.declared, c.first_review, c.approved)
   IS NOT (g.applications, g.declared, g.first_review, g.approved);

WITH again AS (
  SELECT coalesce((SELECT CASE WHEN p.path = 'city' THEN printf('%06d', p.unit) ELSE 'province' END
                   FROM school_path p WHERE p.school_code = a.school_code), '') AS reviewing_unit,
         count(*) AS applications, coalesce(sum(o.declared), 0) AS declared,
         coalesce(sum(o.first_review), 0) AS first_review, coalesce(sum(o.approved), 0) AS approved
  FROM application a JOIN outcome o ON o.application = a.id GROUP BY 1)
SELECT 'region_counts', coalesce(g.reviewing_unit, c.reviewing_unit),
       c.applications || ' ' || c.declared || ' ' || c.first_review || ' ' || c.approved,
       g.applications || ' ' || g.declared || ' ' || g.first_review || ' ' || g.approved
FROM again g FULL JOIN region_count c ON c.reviewing_unit = g.reviewing_unit
WHERE (c.applications, c.declared, c.first_review, c.approved)
   IS NOT (coalesce(g.applications, 0), coalesce(g.declared, 0), coalesce(g.first_review, 0), coalesce(g.approved, 0));

WITH again AS (
  SELECT coalesce((SELECT e.text FROM school_path p JOIN enumeration e
                   ON e.dataset = 'school' AND e.field = 'school_kind' AND e.position = p.school_kind
                   WHERE p.school_code = a.school_code), '') AS school_kind,
         count(*) AS applications, sum(o.outcome = '建议通过') AS recommended, sum(o.outcome = '通过') AS approved_applications,
         sum(o.outcome = '退回') AS returned, sum(o.outcome = '不符合') AS rejected, sum(o.outcome = '待研判') AS under_review,
         coalesce(sum(o.declared), 0) AS declared, coalesce(sum(o.first_review), 0) AS first_review,
         coalesce(sum(o.approved), 0) AS approved
  FROM application a JOIN outcome o ON o.application = a.id GROUP BY 1)
SELECT 'kind_count', coalesce(g.school_kind, c.school_kind),
       c.applications || ' ' || c.recommended || ' ' || c.approved_applications || ' ' || c.returned || ' ' || c.rejected
         || ' ' || c.under_review || ' ' || c.declared || ' ' || c.first_review || ' ' || c.approved,
       g.applications || ' ' || g.recommended || ' ' || g.approved_applications || ' ' || g.returned || ' ' || g.rejected
         || ' ' || g.under_review || ' ' || g.declared || ' ' || g.first_review || ' ' || g.approved
FROM again g FULL JOIN kind_count c ON c.school_kind = g.school_kind
WHERE (c.applications, c.recommended, c.approved_applications, c.returned, c.rejected, c.under_review, c.declared,
       c.first_review, c.approved)
   IS NOT (g.applications, g.recommended, g.approved_applications, g.returned, g.rejected, g.under_review, g.declared,
       g.first_review, g.approved);

-- The batch in which a certificate was published: by its code and level, else its code.
WITH placed AS (
  SELECT r.id AS ref, l.level,
         coalesce((SELECT c.release_batch FROM certificate c WHERE c.certificate_code = r.certificate AND c.level = l.level
                   ORDER BY c.id LIMIT 1),
                  (SELECT c.release_batch FROM certificate c WHERE c.certificate_code = r.certificate ORDER BY c.id LIMIT 1),
                  0) AS release_batch
  FROM certificate_ref r CROSS JOIN (SELECT 0 AS level UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) l),
again AS (
  SELECT p.release_batch, count(*) AS applications, coalesce(sum(o.declared), 0) AS declared,
         coalesce(sum(o.first_review), 0) AS first_review, coalesce(sum(o.approved), 0) AS approved
  FROM application a JOIN outcome o ON o.application = a.id
  JOIN placed p ON p.ref = a.certificate_ref AND p.level = coalesce(a.level, 0)
  GROUP BY p.release_batch)
SELECT 'release_count', coalesce(g.release_batch, c.release_batch),
       c.applications || ' ' || c.declared || ' ' || c.first_review || ' ' || c.approved,
       g.applications || ' ' || g.declared || ' ' || g.first_review || ' ' || g.approved
FROM again g FULL JOIN release_count c ON c.release_batch = g.release_batch
WHERE (c.applications, c.declared, c.first_review, c.approved)
   IS NOT (g.applications, g.declared, g.first_review, g.approved);

-- A major is its six digits, folded name and level; it goes by the name of its first reference.
WITH major AS (
  SELECT r.id AS ref, CASE WHEN r.base_code IS NULL THEN '' ELSE printf('%06d', r.base_code) END AS major_code,
         coalesce(first_value(t.text) OVER (PARTITION BY r.base_code, t.folded, r.major_level ORDER BY r.id), '') AS major_name,
         coalesce((SELECT text FROM enumeration
                   WHERE dataset = 'application' AND field = 'major_level' AND position = r.major_level), '') AS major_level
  FROM major_ref r LEFT JOIN term t ON t.id = r.major_name),
again AS (
  SELECT m.major_code, m.major_name, m.major_level, count(*) AS applications,
         sum(o.outcome = '建议通过') AS recommended, sum(o.outcome = '通过') AS approved_applications,
         sum(o.outcome = '退回') AS returned, sum(o.outcome = '不符合') AS rejected, sum(o.outcome = '待研判') AS under_review,
         count(DISTINCT coalesce(a.school_code, -1)) AS schools, coalesce(sum(o.declared), 0) AS declared,
         coalesce(sum(o.first_review), 0) AS first_review, coalesce(sum(o.approved), 0) AS approved
  FROM application a JOIN outcome o ON o.application = a.id JOIN major m ON m.ref = a.major_ref GROUP BY 1, 2, 3)
SELECT 'major_count', coalesce(g.major_code, c.major_code) || ' ' || coalesce(g.major_name, c.major_name) || ' '
         || coalesce(g.major_level, c.major_level),
       c.schools || ' ' || c.applications || ' ' || c.recommended || ' ' || c.approved_applications || ' ' || c.returned || ' '
         || c.rejected || ' ' || c.under_review || ' ' || c.declared || ' ' || c.first_review || ' ' || c.approved,
       g.schools || ' ' || g.applications || ' ' || g.recommended || ' ' || g.approved_applications || ' ' || g.returned || ' '
         || g.rejected || ' ' || g.under_review || ' ' || g.declared || ' ' || g.first_review || ' ' || g.approved
FROM again g
FULL JOIN major_count c ON c.major_code = g.major_code AND c.major_name = g.major_name AND c.major_level = g.major_level
WHERE (c.schools, c.applications, c.recommended, c.approved_applications, c.returned, c.rejected, c.under_review,
       c.declared, c.first_review, c.approved)
   IS NOT (g.schools, g.applications, g.recommended, g.approved_applications, g.returned, g.rejected, g.under_review,
       g.declared, g.first_review, g.approved);

-- 5. Money. The pool over its factors, each factor over its schools: exact sums.
SELECT 'factor_pool', p.run, sum(p.pool_fen), s.pool_fen
FROM factor_pool p JOIN scenario_run r ON r.run = p.run JOIN scenario s ON s.id = r.scenario
WHERE r.refused IS NULL GROUP BY p.run HAVING sum(p.pool_fen) <> s.pool_fen;

SELECT 'allocation', a.run || ' ' || a.factor, sum(a.amount_fen), p.pool_fen
FROM allocation a JOIN factor_pool p ON p.run = a.run AND p.factor = a.factor
GROUP BY a.run, a.factor HAVING sum(a.amount_fen) <> p.pool_fen;

WITH again AS (SELECT run, school_code, sum(amount_fen) AS uncapped_fen FROM allocation GROUP BY run, school_code)
SELECT 'allocation_total', coalesce(t.run || ' ' || t.school_code, g.run || ' ' || g.school_code), t.uncapped_fen, g.uncapped_fen
FROM again g FULL JOIN allocation_total t ON t.run = g.run AND t.school_code = g.school_code
WHERE t.uncapped_fen IS NOT coalesce(g.uncapped_fen, 0) OR t.amount_fen <> t.uncapped_fen + t.adjusted_fen;

SELECT 'allocation_total', t.run, sum(t.amount_fen), s.pool_fen
FROM allocation_total t JOIN scenario_run r ON r.run = t.run JOIN scenario s ON s.id = r.scenario
GROUP BY t.run HAVING sum(t.amount_fen) <> s.pool_fen;

-- Each share lies within one unit of its exact quota pool x / sum of x, and a school with
-- more never gets less: the properties that mark the largest remainder method. (The
-- quota is compared in floating point with a unit's thousandth of slack; the exact
-- sums above are integers.)
SELECT 'allocation.quota', a.run || ' ' || a.factor || ' ' || a.school_code, a.amount_fen,
       round(1.0 * p.pool_fen * a.x / x.total, 2)
FROM allocation a
JOIN factor_pool p ON p.run = a.run AND p.factor = a.factor
JOIN scenario_run r ON r.run = a.run JOIN scenario s ON s.id = r.scenario
JOIN (SELECT run, factor, sum(x) AS total FROM allocation GROUP BY run, factor) x ON x.run = a.run AND x.factor = a.factor
WHERE abs(a.amount_fen - 1.0 * p.pool_fen * a.x / x.total) > s.unit_fen * 1.001;

SELECT 'allocation.order', run || ' ' || factor || ' ' || school_code, amount_fen, least
FROM (SELECT run, factor, school_code, x, amount_fen,
             max(amount_fen) OVER (PARTITION BY run, factor ORDER BY x
                                   RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS least
      FROM allocation)
WHERE amount_fen < least;

-- 6. What the shares rest on: 规模 and 等级 from the applications themselves.
WITH granted AS (
  SELECT a.school_code, a.level, r.basis, r.run, r.scenario,
         CASE WHEN o.outcome = '通过' THEN o.approved
              WHEN o.outcome = '建议通过' AND r.basis = 'provisional' THEN o.declared END AS heads
  FROM scenario_run r CROSS JOIN application a JOIN outcome o ON o.application = a.id
  WHERE r.refused IS NULL),
again AS (
  SELECT g.run, g.school_code, sum(g.heads) AS scale, sum(g.heads * l.coefficient_hundredths) AS level
  FROM granted g LEFT JOIN scenario_level l ON l.scenario = g.scenario AND l.level = g.level
  WHERE g.heads IS NOT NULL GROUP BY g.run, g.school_code)
SELECT 'measure.' || a.factor, a.run || ' ' || a.school_code, a.x, CASE a.factor WHEN 'scale' THEN g.scale ELSE g.level END
FROM allocation a LEFT JOIN again g ON g.run = a.run AND g.school_code = a.school_code
WHERE a.factor IN ('scale', 'level')
  AND a.x IS NOT coalesce(CASE a.factor WHEN 'scale' THEN g.scale ELSE g.level END, 0);

-- 培训规模 as the schools reported it, in the years before.
WITH again AS (
  SELECT p.school_code, sum(p.trained) AS trained FROM performance p JOIN batch b ON p.year < b.year GROUP BY p.school_code)
SELECT 'measure.training', a.run || ' ' || a.school_code, a.x, coalesce(g.trained, 0)
FROM allocation a LEFT JOIN again g ON g.school_code = a.school_code
WHERE a.factor = 'training' AND a.x <> coalesce(g.trained, 0);

-- 考核规模 and 推进情况: a 报名号 counts once per school, certificate, level and calendar year
-- (R48), in the years before; without any assessment records what the schools reported.
WITH attempt AS (
  SELECT a.school_code, r.unit, a.level, a.registration_no,
         CAST(strftime('%Y', a.exam_date * 86400, 'unixepoch') AS INTEGER) AS year
  FROM assessment a JOIN certificate_ref r ON r.id = a.certificate_ref
  WHERE a.result <= 2 AND a.school_code IS NOT NULL AND a.level IS NOT NULL AND r.certificate_name IS NOT NULL),
candidate AS (
  SELECT DISTINCT t.school_code, t.unit, t.level, t.year, t.registration_no FROM attempt t JOIN batch b ON t.year < b.year),
examined AS (
  SELECT school_code, count(*) AS heads FROM candidate GROUP BY school_code
  UNION ALL
  SELECT p.school_code, coalesce(sum(p.examined), 0) FROM performance p JOIN batch b ON p.year < b.year
  WHERE NOT EXISTS(SELECT 1 FROM assessment) GROUP BY p.school_code),
approved AS (
  SELECT p.school_code, coalesce(sum(p.approved_before), 0) AS heads FROM approval p JOIN batch b ON p.year < b.year
  GROUP BY p.school_code),
again AS (
  SELECT a.run, a.factor, a.school_code, a.x,
         CASE WHEN a.factor = 'examination' THEN coalesce(e.heads, 0)
              WHEN coalesce(g.heads, 0) = 0 THEN s.newcomer_ppm
              ELSE min(1000000, coalesce(e.heads, 0) * 1000000 / g.heads) END AS expected
  FROM allocation a
  JOIN scenario_run r ON r.run = a.run JOIN scenario s ON s.id = r.scenario
  LEFT JOIN examined e ON e.school_code = a.school_code
  LEFT JOIN approved g ON g.school_code = a.school_code
  WHERE a.factor IN ('examination', 'progress'))
SELECT 'measure.' || factor, run || ' ' || school_code, x, expected FROM again WHERE x <> expected;

-- Floors and caps: no total passes its bound, and what one gave the others lost.
SELECT 'allocation_total.bound', t.run || ' ' || t.school_code, t.amount_fen,
       CASE WHEN t.amount_fen > s.cap_fen THEN s.cap_fen ELSE s.floor_fen END
FROM allocation_total t JOIN scenario_run r ON r.run = t.run JOIN scenario s ON s.id = r.scenario
WHERE t.amount_fen > s.cap_fen OR t.amount_fen < s.floor_fen;

SELECT 'allocation_total.adjusted', run, sum(adjusted_fen), 0 FROM allocation_total GROUP BY run HAVING sum(adjusted_fen) <> 0;
