-- rule: R24
-- title: 注册账号
-- clause: 四.1 四.3
-- sentence: 我省 2021 年试点申报工作采取“批次”申报，原则上今年组织申报两批次，参与试点的院校均需通过平台申报试点证书及计划。
-- sentence: 申报试点学校通过平台自主进行注册申报，一所院校只能注册一次。
-- subject: application
-- reads: account application term
-- needs: account
-- severity: return
-- field: account
-- understood: {account}
-- allowed: 平台注册名单中登记在学校标识码 {school} 名下的账号
-- message: 注册账号“{account}”{problem}。参与试点的院校均须用本校在平台注册的账号申报：请核对注册账号和学校标识码，改正后重新提交；尚未注册的，先以本校名义注册。
-- message x: 本批次没有收到{missing}，无法判定注册账号是否属于申报学校。请补交平台注册名单。
--
-- fires | an account that the platform does not know | application 注册账号=zh999
-- fires | an account of another school | application 注册账号=zh002
-- fires | the account list gives the account to another school | account 学校标识码=4299990009
-- fires | unknown to the platform, though the school code cannot be read | application 注册账号=zh999, 学校标识码=42999900
-- fires 3 | a list without any account of this batch | account#1 注册账号=qt001 ; account#2 注册账号=qt002 ; account#4 注册账号=qt004
-- fires x | no account list | -account
-- passes | one account, many certificates | +application 申报编号=SB009, 证书名称=健康照护服务, 培训评价组织=东湖康养评价有限公司
-- passes | white space and full-width digits in the account | application 注册账号=zh ００１
-- passes | the list's school code cannot be read | account 学校标识码=42999900
-- passes | the application's school code cannot be read | application 学校标识码=42999900
-- passes | two rows of the list, one of them for this school | +account 学校标识码=4299990003
-- passes | an empty account is F01 | application 注册账号=
WITH holder AS MATERIALIZED (
	SELECT DISTINCT account, school_code FROM account
), astray AS MATERIALIZED ( -- once per account and school, not per application
	SELECT d.account, d.school_code
	FROM (SELECT DISTINCT account, school_code FROM application) d
	     LEFT JOIN holder h ON h.account = d.account AND h.school_code = d.school_code
	WHERE h.account IS NULL
	  AND (d.account NOT IN (SELECT account FROM account)
	       OR d.school_code IS NOT NULL
	          AND d.account NOT IN (SELECT account FROM account WHERE school_code IS NULL))
)
SELECT a.id, t.text AS account, coalesce(printf('%010d', a.school_code), '（无法识别）') AS school,
       coalesce('登记在其他学校名下（' ||
           (SELECT group_concat(line, '、')
            FROM (SELECT coalesce(n.text, '校名不明') || '，学校标识码 ' || printf('%010d', c.school_code) AS line
                  FROM account c LEFT JOIN term n ON n.id = c.school_name
                  WHERE c.account = a.account ORDER BY c.id LIMIT 20)) || '）',
           '不在平台注册名单中') AS problem
FROM application a CROSS JOIN astray s ON s.account = a.account AND s.school_code IS a.school_code
     JOIN term t ON t.id = a.account
WHERE a.account IN (SELECT account FROM astray)
