-- rule: R19
-- title: 一证一方案
-- clause: 三.6
-- sentence: 各试点院校要积极主动对接培训评价组织，明确学生培养组织实施、报考管理、考核站点设置、考核组织及费用等试点相关工作事项，按照“一证一方案”原则，分证书制定试点工作方案。
-- subject: application
-- reads: application certificate_ref school school_path term
-- needs: partly certificate
-- case a: return
-- case b: review
-- field: plan_digest
-- understood: {plan_file}（摘要 {digest}…）
-- understood x: 缺少{missing}
-- allowed: 分证书制定方案：一个方案文件只用于本校的一个证书
-- allowed x: 有方案文件摘要和证书名录可供比对
-- message a: “{certificate_name}”的试点工作方案（{plan_file}）与本校其他证书的方案是同一份文件，共用的申报有：{others}。请按“一证一方案”原则分证书制定试点工作方案，重新上传。
-- message b: 试点工作方案（{plan_file}）与其他学校的方案是同一份文件，相同的申报有：{others}。方案应结合本校实际制定，请学校说明情况，由审核人研判是否照抄并写明理由。
-- message x: 缺少{missing}，无法判定是否做到一证一方案。请补充后重新处理。
--
-- fires a 2 | one plan for two certificates | +application 申报编号=SB101, 证书名称=智能仓储运营, 培训评价组织=云帆物流评价有限责任公司
-- fires a 3 | every row of both certificates | +application 申报编号=SB101, 证书名称=智能仓储运营, 培训评价组织=云帆物流评价有限责任公司 ; +application 申报编号=SB102, 等级=高级
-- fires a 2 | digests in capital letters are the same | +application 申报编号=SB101, 证书名称=智能仓储运营, 培训评价组织=云帆物流评价有限责任公司, 方案文件摘要=B0D6B79D55BE75D2CC1CA651EB412E09E1EB5F7BA019422A8F55F1A0C7D94AF4
-- fires b 2 | one plan in two schools | application#2 方案文件摘要=b0d6b79d55be75d2cc1ca651eb412e09e1eb5f7ba019422a8f55f1a0c7d94af4
-- fires b 2 | one plan of one certificate in two schools | +application 申报编号=SB101, 学校标识码=4299990003, 学校名称=云梦泽应用科技学院, 注册账号=zh003
-- fires b 2 | in two schools, with an unresolved certificate | application#2 方案文件摘要=b0d6b79d55be75d2cc1ca651eb412e09e1eb5f7ba019422a8f55f1a0c7d94af4, 证书名称=云端炼丹
-- fires a 2 b 3 | two certificates and two schools | +application 申报编号=SB101, 证书名称=智能仓储运营, 培训评价组织=云帆物流评价有限责任公司 ; application#2 方案文件摘要=b0d6b79d55be75d2cc1ca651eb412e09e1eb5f7ba019422a8f55f1a0c7d94af4
-- fires x | blank | application 方案文件摘要=
-- fires x 3 | blank digests are no same plan | application* 方案文件摘要=
-- fires x | no certificate list: one note for the batch | -certificate
-- fires b 2 x | no certificate list, but one plan in two schools | -certificate ; application#2 方案文件摘要=b0d6b79d55be75d2cc1ca651eb412e09e1eb5f7ba019422a8f55f1a0c7d94af4
-- passes | one plan for several levels of one certificate | +application 申报编号=SB101, 等级=高级
-- passes | one plan for several majors of one certificate | +application 申报编号=SB101, 专业代码=510201, 专业名称=林业技术
-- passes | one plan for one certificate under two spellings | +application 申报编号=SB101, 等级=高级, 证书名称=数据采集处理
-- passes | an unresolved certificate is no second one | +application 申报编号=SB101, 证书名称=云端炼丹
-- passes | digests that differ in the last character | application#2 方案文件摘要=b0d6b79d55be75d2cc1ca651eb412e09e1eb5f7ba019422a8f55f1a0c7d94af5
-- passes | the same file name with another digest | application#2 试点工作方案=SB001方案.pdf
-- passes | an unreadable digest is unknown and not blank | application 方案文件摘要=见附件
-- passes b | an unreadable school is no second school | application#2 方案文件摘要=b0d6b79d55be75d2cc1ca651eb412e09e1eb5f7ba019422a8f55f1a0c7d94af4, 学校标识码=4.29999E+09
WITH
plan AS MATERIALIZED ( -- levels and majors of a certificate mostly share one
  SELECT DISTINCT school_code, certificate_ref, plan_digest FROM application NOT INDEXED
),
shared AS MATERIALIZED ( -- digests on which school or certificate differ at all: few
  SELECT p.plan_digest
  FROM plan p LEFT JOIN certificate_ref r ON r.id = p.certificate_ref
  WHERE p.plan_digest IS NOT NULL
  GROUP BY p.plan_digest
  HAVING min(p.school_code) <> max(p.school_code) OR min(r.certificate) <> max(r.certificate)
),
member AS MATERIALIZED (
  SELECT a.id, a.application_no, a.plan_digest, a.plan_file, a.school_code, r.certificate, r.certificate_name
  FROM (SELECT DISTINCT school_code, certificate_ref FROM plan
        WHERE plan_digest IN (SELECT plan_digest FROM shared)) s
  CROSS JOIN main.application a ON a.school_code IS s.school_code AND a.certificate_ref = s.certificate_ref
  LEFT JOIN certificate_ref r ON r.id = a.certificate_ref
  WHERE a.plan_digest IN (SELECT plan_digest FROM shared)
),
-- a: several certificates in a school. Members are ranked so that every certificate
-- comes early, however many rows another one has.
mixed AS MATERIALIZED (
  SELECT plan_digest, school_code FROM member
  WHERE school_code IS NOT NULL AND certificate IS NOT NULL
  GROUP BY plan_digest, school_code HAVING min(certificate) <> max(certificate)
),
mixed_turn AS MATERIALIZED (
  SELECT m.*, row_number() OVER (PARTITION BY m.plan_digest, m.school_code, m.certificate ORDER BY m.id) AS turn,
         count(*) OVER (PARTITION BY m.plan_digest, m.school_code, m.certificate) AS own,
         count(*) OVER (PARTITION BY m.plan_digest, m.school_code) AS members
  FROM mixed g JOIN member m ON m.plan_digest = g.plan_digest AND m.school_code = g.school_code
  WHERE m.certificate IS NOT NULL
),
mixed_head AS MATERIALIZED (
  SELECT plan_digest, school_code, certificate, place, application_no || '（' || t.text || '）' AS text
  FROM (SELECT *, row_number() OVER (PARTITION BY plan_digest, school_code ORDER BY turn, id) AS place
        FROM mixed_turn)
  JOIN term t ON t.id = certificate_name
  WHERE place <= 40
),
-- b: several schools
spread AS MATERIALIZED (
  SELECT plan_digest FROM member GROUP BY plan_digest HAVING min(school_code) <> max(school_code)
),
spread_turn AS MATERIALIZED (
  SELECT m.*, row_number() OVER (PARTITION BY m.plan_digest, m.school_code ORDER BY m.id) AS turn,
         count(*) OVER (PARTITION BY m.plan_digest, m.school_code) AS own,
         count(*) OVER (PARTITION BY m.plan_digest) AS members
  FROM spread g JOIN member m ON m.plan_digest = g.plan_digest
  WHERE m.school_code IS NOT NULL
),
spread_head AS MATERIALIZED (
  SELECT h.plan_digest, h.school_code, h.place,
         h.application_no || '（' || coalesce(t.text || ' ', '') || printf('%010d', h.school_code) || '）' AS text
  FROM (SELECT *, row_number() OVER (PARTITION BY plan_digest ORDER BY turn, id) AS place
        FROM spread_turn) h
  LEFT JOIN school_path p ON p.school_code = h.school_code
  LEFT JOIN school s ON s.id = p.school_id
  LEFT JOIN term t ON t.id = s.school_name
  WHERE h.place <= 40
)
SELECT 'a' AS rule_case, m.id, m.plan_file, substr(m.plan_digest, 1, 12) AS digest, t.text AS certificate_name,
       (SELECT group_concat(text, '、')
        FROM (SELECT h.text FROM mixed_head h
              WHERE h.plan_digest = m.plan_digest AND h.school_code = m.school_code AND h.certificate <> m.certificate
              ORDER BY h.place LIMIT 20))
         || CASE WHEN m.members - m.own > 20 THEN '等 ' || (m.members - m.own) || ' 条' ELSE '' END AS others,
       '' AS missing
FROM mixed_turn m JOIN term t ON t.id = m.certificate_name
UNION ALL
SELECT 'b', m.id, m.plan_file, substr(m.plan_digest, 1, 12), '',
       (SELECT group_concat(text, '、')
        FROM (SELECT h.text FROM spread_head h
              WHERE h.plan_digest = m.plan_digest AND h.school_code <> m.school_code
              ORDER BY h.place LIMIT 20))
         || CASE WHEN m.members - m.own > 20 THEN '等 ' || (m.members - m.own) || ' 条' ELSE '' END,
       ''
FROM spread_turn m
UNION ALL
SELECT 'x', a.id, a.plan_file, '', '', '', '方案文件摘要'
FROM plan p
CROSS JOIN main.application a ON a.school_code IS p.school_code AND a.certificate_ref = p.certificate_ref
WHERE p.plan_digest IS NULL AND a.plan_digest IS NULL AND NOT a.plan_digest_unknown;
