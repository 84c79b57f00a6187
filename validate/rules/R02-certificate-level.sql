-- rule: R02
-- title: 证书没有该等级
-- clause: 一
-- sentence: 教育部职业技术教育中心研究所确认公布参与试点的职业技能等级证书（以下简称“证书”）均可参加试点，所有证书及标准可在教育部职业技能等级证书信息管理服务平台（网址：<https://vslc.ncb.edu.cn>，以下简称“平台”）查询。
-- subject: application
-- reads: application certificate certificate_ref enumeration term
-- needs: certificate
-- severity: return
-- field: level
-- understood: {level:level}
-- understood x: 缺少{missing}
-- allowed: {levels}
-- allowed x: 有证书名录可供核对
-- message: 证书“{certificate_name}”（{certificate_code}）没有{level:level}，证书名录中该证书只有：{levels}。请改为已有的等级，或撤回本条申报。
-- message x: 本批次没有收到{missing}，无法判定申报的等级是否属于该证书。请补充{missing}后重新处理。
--
-- fires - | the certificate has two levels only | application#2 等级=高级
-- fires - | the certificate has one level only | application 证书名称=健康照护服务, 培训评价组织=东湖康养评价有限公司, 等级=初级
-- fires - | the level as a number | application#2 等级=3
-- fires - | issuer empty, found by its name | application#2 等级=高级, 培训评价组织=
-- fires x | no certificate list: one note for the batch | -certificate
-- passes | the only level that it has | application 证书名称=健康照护服务, 培训评价组织=东湖康养评价有限公司, 等级=中级
-- passes | each of the levels | +application 申报编号=SB101, 等级=初级 ; +application 申报编号=SB102, 等级=高级
-- passes | a stopped level is a level (R01) | certificate#2 状态=停用
-- passes | an unresolved certificate is not judged | application#2 等级=高级, 证书名称=云端炼丹
-- passes | an unreadable level is not judged | application#2 等级=特级
WITH
levels AS MATERIALIZED (
  SELECT c.certificate_code,
         (SELECT group_concat(text || stopped, '、')
          FROM (SELECT e.text, CASE WHEN min(l.status IS 2) THEN '（已停用）' ELSE '' END AS stopped
                FROM certificate l
                JOIN enumeration e ON e.dataset = 'certificate' AND e.field = 'level' AND e.position = l.level
                WHERE l.certificate_code = c.certificate_code
                GROUP BY l.level ORDER BY l.level)) AS levels
  FROM (SELECT DISTINCT certificate_code FROM certificate) c
),
wrong AS MATERIALIZED (
  SELECT d.certificate_ref, d.level, r.certificate, r.certificate_name
  FROM (SELECT DISTINCT certificate_ref, level FROM application) d
  CROSS JOIN certificate_ref r ON r.id = d.certificate_ref
  WHERE r.certificate IS NOT NULL AND d.level IS NOT NULL
    AND r.certificate * 4 + d.level NOT IN
        (SELECT certificate_code * 4 + level FROM certificate WHERE level IS NOT NULL)
)
SELECT a.id, a.level, t.text AS certificate_name, k.text AS certificate_code, l.levels
FROM application a
CROSS JOIN wrong w ON w.certificate_ref = a.certificate_ref AND w.level = a.level
LEFT JOIN term t ON t.id = w.certificate_name
LEFT JOIN term k ON k.id = w.certificate
LEFT JOIN levels l ON l.certificate_code = w.certificate
WHERE a.certificate_ref IN (SELECT certificate_ref FROM wrong);
