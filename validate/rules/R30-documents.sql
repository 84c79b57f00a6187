-- rule: R30
-- title: 方案和协议文件
-- clause: 四.3
-- sentence: 申报试点学校在平台填报试点申报信息并上传《试点工作方案》和试点合作协议，具体申报系统操作流程见操作手册（另行发放）。
-- subject: application
-- reads: application
-- severity: return
-- field: plan_file
-- understood: {problem}
-- allowed: 《试点工作方案》和试点合作协议各为一份有内容的文件
-- allowed x: 三项都有值
-- message: {problem}。申报须上传《试点工作方案》和试点合作协议两份正式文件：请补传正确的文件后重新提交。
-- message x: 未提供{problem}，无法判定上传的方案和协议是否为两份有内容的文件。请在平台导出中补上，或由审核人打开文件核对。
--
-- fires - | the plan is a placeholder | application 试点工作方案=无
-- fires - | a placeholder of the other width in brackets | application 合作协议=（　待 定 ）
-- fires - | a dash | application 合作协议=－
-- fires - | a stroke | application 试点工作方案=／
-- fires - | no pages | application 方案页数=0
-- fires - | one file sent as both | application 协议文件摘要=b0d6b79d55be75d2cc1ca651eb412e09e1eb5f7ba019422a8f55f1a0c7d94af4
-- fires - | the same digest in capitals | application 方案文件摘要=ABCDEF12, 协议文件摘要=abcdef12
-- fires - | everything wrong is one finding | application 试点工作方案=无, 合作协议=待定, 方案页数=0
-- fires x | no digest of the plan | application 方案文件摘要=
-- fires x | no digest of the agreement | application 协议文件摘要=
-- fires x | nothing of all three is one finding | application 方案文件摘要=, 协议文件摘要=, 方案页数=
-- fires - x | it stands beside another finding | application 试点工作方案=待定, 方案页数=
-- passes | one page | application 方案页数=1
-- passes | a name that begins like a placeholder | application 试点工作方案=无人机方案.pdf
-- passes | two empty names are F01 | application 试点工作方案=, 合作协议=
-- passes | pages that cannot be read are not blank | application 方案页数=十二
-- passes | digests that cannot be read are not blank | application 方案文件摘要=未算, 协议文件摘要=未算
WITH stated AS MATERIALIZED ( -- a school's applications mostly name the same files
	SELECT DISTINCT school_code, plan_file, plan_digest, plan_pages, agreement_file, agreement_digest
	FROM application NOT INDEXED
), doubtful AS MATERIALIZED ( -- schools that name files in which something may be amiss; a placeholder has no dot,
	SELECT DISTINCT school_code FROM stated -- a file's name has
	WHERE plan_digest IS NULL OR agreement_digest IS NULL OR plan_digest = agreement_digest
	   OR plan_pages IS NULL OR plan_pages = 0
	   OR plan_file NOT GLOB '*.*' OR agreement_file NOT GLOB '*.*'
), odd AS MATERIALIZED (
	SELECT a.id, a.plan_file, a.plan_pages, a.agreement_file, a.plan_digest, a.agreement_digest,
	       a.plan_pages_unknown, a.plan_digest_unknown, a.agreement_digest_unknown
	FROM doubtful s CROSS JOIN main.application a ON a.school_code IS s.school_code
	WHERE a.plan_digest IS NULL OR a.agreement_digest IS NULL OR a.plan_digest = a.agreement_digest
	   OR a.plan_pages IS NULL OR a.plan_pages = 0
	   OR a.plan_file NOT GLOB '*.*' OR a.agreement_file NOT GLOB '*.*'
), judged AS MATERIALIZED (
	SELECT id, plan_file, plan_pages, agreement_file,
	       coalesce(plan_digest = agreement_digest, 0) AS same_file,
	       replace(replace(trim(plan_file,
	           ' 　()（）[]［］{}｛｝〔〕【】「」『』《》〈〉<>＜＞'), ' ', ''), '　', '')
	           IN ('无', '/', '／', '-', '－', '﹣', '待定') AS plan_placeholder,
	       replace(replace(trim(agreement_file,
	           ' 　()（）[]［］{}｛｝〔〕【】「」『』《》〈〉<>＜＞'), ' ', ''), '　', '')
	           IN ('无', '/', '／', '-', '－', '﹣', '待定') AS agreement_placeholder,
	       plan_digest IS NULL AND NOT plan_digest_unknown AS no_plan_digest,
	       plan_pages IS NULL AND NOT plan_pages_unknown AS no_pages,
	       agreement_digest IS NULL AND NOT agreement_digest_unknown AS no_agreement_digest
	FROM odd
)
SELECT '' AS rule_case, id,
       CASE WHEN plan_placeholder THEN 'plan_file' WHEN plan_pages = 0 THEN 'plan_pages'
            WHEN agreement_placeholder THEN 'agreement_file' ELSE 'agreement_digest' END AS field,
       rtrim(CASE WHEN plan_placeholder THEN '试点工作方案填的是“' || plan_file || '”，不是文件；' ELSE '' END
          || CASE WHEN agreement_placeholder THEN '合作协议填的是“' || agreement_file || '”，不是文件；' ELSE '' END
          || CASE WHEN plan_pages = 0 THEN '方案页数为 0；' ELSE '' END
          || CASE WHEN same_file THEN '方案和协议是同一个文件（文件摘要相同）；' ELSE '' END, '；') AS problem
FROM judged
WHERE plan_placeholder OR agreement_placeholder OR plan_pages = 0 OR same_file
UNION ALL
SELECT 'x', id,
       CASE WHEN no_plan_digest THEN 'plan_digest' WHEN no_pages THEN 'plan_pages' ELSE 'agreement_digest' END,
       rtrim(CASE WHEN no_plan_digest THEN '方案文件摘要、' ELSE '' END
          || CASE WHEN no_pages THEN '方案页数、' ELSE '' END
          || CASE WHEN no_agreement_digest THEN '协议文件摘要、' ELSE '' END, '、')
FROM judged
WHERE no_plan_digest OR no_pages OR no_agreement_digest
