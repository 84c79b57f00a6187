-- table: changed_finding
-- index: application_no
-- Findings by what they are about: rule, case, dataset, record and, for findings on a
-- field, that field. A record that moved to another line keeps its findings.
WITH keyed AS (
  SELECT 1 AS side, f.id, f.rule, f.rule_case, f.dataset, f.record_key, f.severity, f.weight, f.application_no,
         f.school_code, f.raw, f.message,
         CASE WHEN f.rule GLOB 'F*' THEN coalesce(i.field, f.place, '') WHEN f.rule GLOB 'S*' THEN coalesce(f.place, '')
              ELSE '' END AS part,
         s.file || iif(s.sheet = '', '', ' ' || s.sheet) || coalesce(' ' || f.place, ' ') || coalesce(f.row, '') AS place
  FROM main.finding f
  LEFT JOIN main.source s ON s.id = f.source
  LEFT JOIN (SELECT rule, source, row, place, min(field) AS field FROM main.ingest_finding GROUP BY rule, source, row, place) i
    ON i.rule = f.rule AND i.source = f.source AND i.row = f.row AND i.place = f.place
  UNION ALL
  SELECT 2, f.id, f.rule, f.rule_case, f.dataset, f.record_key, f.severity, f.weight, f.application_no,
         f.school_code, f.raw, f.message,
         CASE WHEN f.rule GLOB 'F*' THEN coalesce(i.field, f.place, '') WHEN f.rule GLOB 'S*' THEN coalesce(f.place, '')
              ELSE '' END,
         s.file || iif(s.sheet = '', '', ' ' || s.sheet) || coalesce(' ' || f.place, ' ') || coalesce(f.row, '')
  FROM other.finding f
  LEFT JOIN other.source s ON s.id = f.source
  LEFT JOIN (SELECT rule, source, row, place, min(field) AS field FROM other.ingest_finding GROUP BY rule, source, row, place) i
    ON i.rule = f.rule AND i.source = f.source AND i.row = f.row AND i.place = f.place),
counted AS (
  SELECT *, row_number() OVER (PARTITION BY side, rule, rule_case, dataset, record_key, part ORDER BY id) AS n FROM keyed)
SELECT CASE WHEN max(side) = 1 THEN '消除' WHEN min(side) = 2 THEN '新增' ELSE '修改' END AS change,
       rule, rule_case, dataset, record_key, part, n,
       max(application_no) AS application_no, max(school_code) AS school_code,
       max(iif(side = 1, severity, NULL)) AS severity_before, max(iif(side = 2, severity, NULL)) AS severity_after,
       max(iif(side = 1, weight, NULL)) AS weight_before, max(iif(side = 2, weight, NULL)) AS weight_after,
       max(iif(side = 1, place, NULL)) AS place_before, max(iif(side = 2, place, NULL)) AS place_after,
       max(iif(side = 1, raw, NULL)) AS raw_before, max(iif(side = 2, raw, NULL)) AS raw_after,
       max(iif(side = 1, message, NULL)) AS message_before, max(iif(side = 2, message, NULL)) AS message_after
FROM counted
GROUP BY rule, rule_case, dataset, record_key, part, n
HAVING min(side) = max(side) OR min(severity) <> max(severity) OR min(weight) <> max(weight) OR min(message) <> max(message)
ORDER BY rule, rule_case, dataset, record_key, part, n;
