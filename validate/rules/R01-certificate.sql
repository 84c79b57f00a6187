-- rule: R01
-- title: 证书不在名录或已停用
-- clause: 一
-- sentence: 教育部职业技术教育中心研究所确认公布参与试点的职业技能等级证书（以下简称“证书”）均可参加试点，所有证书及标准可在教育部职业技能等级证书信息管理服务平台（网址：<https://vslc.ncb.edu.cn>，以下简称“平台”）查询。
-- subject: application
-- reads: application certificate certificate_ref enumeration near_certificate term
-- needs: certificate
-- severity: return
-- understood: {understood}
-- understood x: 缺少{missing}
-- allowed: 证书名录中已确认公布、状态有效的证书及等级
-- allowed x: 有证书名录可供核对
-- message: 证书“{certificate_name}”（培训评价组织：{issuer}）{problem}。只有已确认公布且未停用的证书才能申报试点。{advice}
-- message x: 本批次没有收到{missing}，无法判定申报的证书是否在已确认公布的名录内。请补充{missing}后重新处理。
--
-- fires - | a name that the list does not have | application 证书名称=云端炼丹职业技能等级证书
-- fires - | one character wrong | application 证书名称=数据采集处置职业技能等级证书
-- fires - | the right name with another issuer | application 培训评价组织=楚天建工评价中心
-- fires - | 有限公司 and 有限责任公司 are different issuers | application 培训评价组织=江南数字评价有限责任公司
-- fires - | this level is stopped | certificate#2 状态=停用
-- fires - | all levels are stopped | certificate#1 状态=停用 ; certificate#2 状态=停用 ; certificate#3 状态=停用
-- fires - | all is stopped, whatever the level declared | certificate#9 状态=停用 ; application 证书名称=健康照护服务, 培训评价组织=东湖康养评价有限公司, 等级=初级
-- fires - | all is stopped and the declared level unreadable | certificate#1 状态=停用 ; certificate#2 状态=停用 ; certificate#3 状态=停用 ; application 等级=特级
-- fires - | issuer empty, and no certificate of that name at all | application 证书名称=云端炼丹, 培训评价组织=
-- fires - 3 | every application is judged | application* 证书名称=云端炼丹职业技能等级证书
-- fires x | no certificate list: one note for the batch | -certificate
-- passes | folding: no suffix, white space, full width | application 证书名称=数据 采集　处理
-- passes | folding: brackets of the other width and small letters | application#2 证书名称=建筑信息模型(bim)职业技能等级证书
-- passes | folding: without BIM | application#2 证书名称=建筑信息模型
-- passes | another level of the certificate is stopped | certificate#1 状态=停用
-- passes | a blank state is no stop | certificate#2 状态=
-- passes | an unreadable state is unknown | certificate#2 状态=暂停
-- passes | issuer empty but just one certificate of that name | application 培训评价组织=
-- passes | issuer empty and two certificates of that name | application 培训评价组织= ; +certificate#2 证书代码=ZS009, 培训评价组织=磨山软件评价有限公司
-- passes | the name itself is a field finding | application 证书名称=#N/A
-- passes | the level does not exist (R02) | application#2 等级=高级
WITH
stopped AS MATERIALIZED ( -- of a level that is listed twice every line must say so
  SELECT certificate_code * 4 + level AS certificate_level
  FROM certificate GROUP BY certificate_code, level HAVING min(status IS 2)
),
ended AS MATERIALIZED (
  SELECT certificate_code FROM certificate GROUP BY certificate_code HAVING min(status IS 2)
),
namesake AS MATERIALIZED (
  SELECT DISTINCT r.unit, i.text AS issuer
  FROM certificate c JOIN certificate_ref r ON r.id = c.certificate_ref JOIN term i ON i.id = r.issuer
  WHERE r.unit IS NOT NULL
),
level_name AS MATERIALIZED (
  SELECT position AS level, text FROM enumeration WHERE dataset = 'certificate' AND field = 'level'
),
valid_level AS MATERIALIZED (
  SELECT DISTINCT c.certificate_code, c.level, n.text
  FROM certificate c JOIN level_name n ON n.level = c.level WHERE c.status IS NOT 2
),
doubtful AS MATERIALIZED (
  SELECT id FROM certificate_ref
  WHERE certificate IS NULL AND unit IS NOT NULL
     OR certificate IN (SELECT certificate_code FROM ended)
     OR certificate IN (SELECT certificate_level / 4 FROM stopped)
),
suspect AS MATERIALIZED (
  SELECT a.id, a.level, r.id AS ref, r.certificate, r.unit, r.certificate_name, r.issuer,
         CASE WHEN r.certificate IS NULL THEN 'unlisted'
              WHEN r.certificate IN (SELECT certificate_code FROM ended) THEN 'ended' ELSE 'stopped' END AS why
  FROM application a CROSS JOIN certificate_ref r
  WHERE r.id = a.certificate_ref AND a.certificate_ref IN (SELECT id FROM doubtful)
    AND (r.certificate IS NULL AND r.unit IS NOT NULL AND NOT a.certificate_name_unknown
           AND (NOT a.issuer_unknown OR r.unit NOT IN (SELECT unit FROM namesake))
         OR r.certificate IN (SELECT certificate_code FROM ended)
         OR r.certificate * 4 + a.level IN (SELECT certificate_level FROM stopped))
),
hint AS MATERIALIZED ( -- once per wording of the certificate, not per application
  SELECT s.ref,
         (SELECT group_concat(issuer, '”“')
          FROM (SELECT n.issuer FROM namesake n WHERE n.unit = s.unit ORDER BY n.issuer LIMIT 5)) AS issuers,
         (SELECT group_concat('“' || name || '”（' || issuer || '，' || code || '）', '、')
          FROM (SELECT t.text AS name, k.text AS code,
                       coalesce((SELECT i.text FROM certificate c JOIN certificate_ref l ON l.id = c.certificate_ref
                                 JOIN term i ON i.id = l.issuer
                                 WHERE c.certificate_code = n.certificate ORDER BY c.id LIMIT 1), '') AS issuer
                FROM near_certificate n JOIN term t ON t.id = n.certificate_name JOIN term k ON k.id = n.certificate
                WHERE n.ref = s.ref ORDER BY n.distance, t.text, k.text LIMIT 3)) AS nearest
  FROM (SELECT DISTINCT ref, unit FROM suspect WHERE why = 'unlisted') s
)
SELECT s.id,
       CASE s.why WHEN 'stopped' THEN 'level' ELSE 'certificate_name' END AS field,
       t.text AS certificate_name,
       coalesce(i.text, '空缺或无法识别') AS issuer,
       t.text || '（' || coalesce(i.text, '培训评价组织空缺') || '）'
         || CASE s.why WHEN 'stopped' THEN n.text ELSE '' END AS understood,
       CASE s.why WHEN 'unlisted' THEN '不在已确认公布的证书名录中'
                  WHEN 'ended' THEN '在证书名录中已整体停用'
                  ELSE '的' || n.text || '在证书名录中已停用' END AS problem,
       CASE WHEN s.why = 'ended' THEN '请改报名录中的其他证书，或撤回本条申报。'
            WHEN s.why = 'stopped' THEN '该证书仍有效的等级：' ||
              (SELECT group_concat(text, '、')
               FROM (SELECT v.text FROM valid_level v WHERE v.certificate_code = s.certificate ORDER BY v.level))
              || '。请改报有效的等级，或撤回本条申报。'
            WHEN h.issuers IS NOT NULL THEN '名录中同名证书的培训评价组织是“' || h.issuers
              || '”，请核对培训评价组织全称后改正。'
            WHEN h.nearest IS NOT NULL THEN '名录中名称最接近的是' || h.nearest || '，请核对后改正；若均不是，请撤回本条申报。'
            ELSE '名录中没有名称相近的证书，请在平台查询证书全称后改正，或撤回本条申报。' END AS advice
FROM suspect s
JOIN term t ON t.id = s.certificate_name
LEFT JOIN term i ON i.id = s.issuer
LEFT JOIN level_name n ON n.level = s.level
LEFT JOIN hint h ON h.ref = s.ref;
