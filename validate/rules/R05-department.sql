-- rule: R05
-- title: 统筹管理部门或负责人未落实
-- clause: 三.1
-- sentence: 各参与试点院校要认真学习领会国家和省有关证书试点工作一系列文件精神，进一步提高认识、深化理解，建立由主要负责人牵头的工作推进机构，明确试点工作统筹管理责任部门和负责人，制定试点工作有关事项的管理制度和流程，统筹推进校级试点工作。
-- subject: application
-- reads: application term
-- severity: return
-- understood: 统筹管理部门：{department}；负责人：{leader}
-- allowed: 具体的部门名称和负责人姓名，不能是“无”“/”“-”“待定”
-- message: {which}，等于没有落实。通知要求明确试点工作统筹管理责任部门和负责人，请填写具体的部门名称和负责人姓名。
--
-- fires - | the department is 无 | application 统筹管理部门=无
-- fires - | the leader is 待定 | application 负责人=待定
-- fires - | a slash | application 统筹管理部门=/
-- fires - | a hyphen | application 负责人=-
-- fires - | folded: full width and brackets | application 统筹管理部门=（无）
-- fires - | folded: a full-width slash | application 负责人=／
-- fires - | folded: white space inside | application 负责人=待 定
-- fires - | both of them: one finding | application 统筹管理部门=无, 负责人=待定
-- fires - | the other one is empty | application 统筹管理部门=无, 负责人=
-- passes | empty is F01 | application 统筹管理部门=
-- passes | a department whose name contains 无 | application 统筹管理部门=无线电系
-- passes | a name with a hyphen in it | application 负责人=张-三
-- passes | 待定 inside a longer text | application 统筹管理部门=教务处（待定）
WITH placeholder AS MATERIALIZED (
  SELECT id FROM term WHERE folded_text IN ('无', '/', '-', '待定')
),
involved AS (
  SELECT id, department, leader FROM application WHERE department IN (SELECT id FROM placeholder)
  UNION ALL
  SELECT id, department, leader FROM application
  WHERE leader IN (SELECT id FROM placeholder)
    AND (department IS NULL OR department NOT IN (SELECT id FROM placeholder))
)
SELECT a.id,
       CASE WHEN a.department IN (SELECT id FROM placeholder) THEN 'department' ELSE 'leader' END AS field,
       coalesce(d.text, '空缺或无法识别') AS department,
       coalesce(l.text, '空缺或无法识别') AS leader,
       CASE WHEN a.department IN (SELECT id FROM placeholder) AND a.leader IN (SELECT id FROM placeholder)
              THEN '统筹管理部门填的是“' || d.text || '”、负责人填的是“' || l.text || '”'
            WHEN a.department IN (SELECT id FROM placeholder) THEN '统筹管理部门填的是“' || d.text || '”'
            ELSE '负责人填的是“' || l.text || '”' END AS which
FROM involved a
LEFT JOIN term d ON d.id = a.department
LEFT JOIN term l ON l.id = a.leader;
