-- rule: R21
-- title: 协议签约方不是培训评价组织
-- clause: 三.6
-- sentence: 试点前，各院校应与拟开展试点工作的培训评价组织协商培训、考核等相关成本费用，鼓励试点院校之间联合与评价组织谈判协商，达成一致后签署试点合作协议，试点合作协议的内容须遵循国家和我省关于试点工作的相关规定。
-- subject: application
-- reads: application certificate certificate_ref term
-- needs: certificate
-- severity: review
-- field: agreement_party
-- understood: {party}
-- understood x: 缺少{missing}
-- allowed: {issuer}
-- allowed x: 证书名录中该证书的培训评价组织
-- message: 协议签约方“{party}”不是证书“{certificate_name}”的培训评价组织“{issuer}”。合作协议应与拟开展试点的培训评价组织签署，请核对签约方全称；由分支机构或受托单位代签的，请提供授权材料，由审核人研判。
-- message x: 缺少{missing}，无法判定合作协议是否与证书的培训评价组织签署。请补充后重新处理。
--
-- fires - | another organisation | application 协议签约方=楚天建工评价中心
-- fires - | 有限公司 and 有限责任公司 differ | application 协议签约方=江南数字评价有限责任公司
-- fires - | a branch of it | application 协议签约方=江南数字评价有限公司武汉分公司
-- fires - | issuer empty, the certificate found by its name | application 培训评价组织=, 协议签约方=楚天建工评价中心
-- fires x | blank | application 协议签约方=
-- fires x 3 | blank in all of them | application* 协议签约方=
-- fires - x | one is another, one is blank | application 协议签约方=楚天建工评价中心 ; application#2 协议签约方=
-- fires x | no certificate list: one note for the batch | -certificate
-- passes | folded: white space and brackets | application 协议签约方=（江南数字 评价有限公司）
-- passes | folded: full width | application 协议签约方=江南数字评价有限公司　
-- passes | several schools share one agreement | application#3 合作协议=SB001协议.pdf, 协议文件摘要=fd9c1fee5e48ee2a6e3fbaee67845d17e794217252bfb6985948c2d31eec165a ; application#2 合作协议=SB001协议.pdf, 协议文件摘要=fd9c1fee5e48ee2a6e3fbaee67845d17e794217252bfb6985948c2d31eec165a
-- passes | an unresolved certificate is not judged | application 证书名称=云端炼丹, 协议签约方=楚天建工评价中心
-- passes | an unresolved certificate gives no note either | application 证书名称=云端炼丹, 协议签约方=
-- passes | an unreadable party is unknown and not blank | application 协议签约方=#REF!
WITH issuer AS MATERIALIZED ( -- as the list names it, whatever the application wrote
  SELECT DISTINCT c.certificate_code, t.folded, t.text
  FROM certificate c
  JOIN certificate_ref r ON r.id = c.certificate_ref
  JOIN term t ON t.id = r.issuer
),
other AS MATERIALIZED ( -- once per party and certificate, not per application
  SELECT d.certificate_ref, d.agreement_party
  FROM (SELECT DISTINCT certificate_ref, agreement_party FROM application) d
  CROSS JOIN certificate_ref r ON r.id = d.certificate_ref
  LEFT JOIN term p ON p.id = d.agreement_party
  WHERE r.certificate IS NOT NULL
    AND (d.agreement_party IS NULL
         OR EXISTS (SELECT 1 FROM issuer i WHERE i.certificate_code = r.certificate)
            AND NOT EXISTS (SELECT 1 FROM issuer i WHERE i.certificate_code = r.certificate AND i.folded = p.folded))
)
SELECT CASE WHEN a.agreement_party IS NULL THEN 'x' ELSE '' END AS rule_case,
       a.id, p.text AS party, n.text AS certificate_name,
       (SELECT i.text FROM issuer i WHERE i.certificate_code = r.certificate ORDER BY i.text LIMIT 1) AS issuer,
       '协议签约方' AS missing
FROM application a
CROSS JOIN other o ON o.certificate_ref = a.certificate_ref AND o.agreement_party IS a.agreement_party
CROSS JOIN certificate_ref r ON r.id = a.certificate_ref
LEFT JOIN term p ON p.id = a.agreement_party
LEFT JOIN term n ON n.id = r.certificate_name
WHERE a.certificate_ref IN (SELECT certificate_ref FROM other) AND NOT a.agreement_party_unknown;
