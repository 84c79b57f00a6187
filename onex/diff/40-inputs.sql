-- title: 原始文件、通知参数和规则
-- column: 变化 | text | 8
-- column: 类别 | text | 12
-- column: 名称 | text | 40
-- column: 原摘要 | text | 66
-- column: 现摘要 | text | 66
WITH thing AS (
  SELECT 1 AS side, 1 AS position, '原始文件' AS kind, file AS name, sha256 AS digest FROM main.source
  UNION SELECT 2, 1, '原始文件', file, sha256 FROM other.source
  UNION SELECT 1, 2, '通知参数', 'notice.xml', notice_sha256 FROM main.batch
  UNION SELECT 2, 2, '通知参数', 'notice.xml', notice_sha256 FROM other.batch
  UNION SELECT 1, 3, '规则', rule, sha256 FROM main.rule WHERE sha256 IS NOT NULL
  UNION SELECT 2, 3, '规则', rule, sha256 FROM other.rule WHERE sha256 IS NOT NULL)
SELECT CASE WHEN min(side) = 2 THEN '新增' WHEN max(side) = 1 THEN '删除' ELSE '修改' END AS change, kind, name,
       max(iif(side = 1, digest, NULL)) AS before, max(iif(side = 2, digest, NULL)) AS after
FROM thing GROUP BY position, kind, name
HAVING min(side) = max(side) OR min(digest) <> max(digest)
ORDER BY position, name;
