-- rule: R45
-- title: 联系方式
-- clause: general
-- subject: application
-- reads: application
-- severity: note
-- understood: {stated}
-- allowed: 手机号 11 位，或带区号的固定电话（可加分机号）；电子邮箱形如 name@example.com
-- message: {problem}。可能无法联系到学校：请核对后改正。电话填 11 位手机号，或“区号-号码”（有分机的再加“-分机号”），只填一个；邮箱填一个完整的地址。
--
-- fires | a landline without its area code | application 联系电话=87654321
-- fires | a mobile number with a digit missing | application 联系电话=1387654321
-- fires | a mobile number with a digit too many | application 联系电话=138765432100
-- fires | a number that no mobile has | application 联系电话=12345678901
-- fires | letters | application 联系电话=027-8765432l
-- fires | a placeholder | application 联系电话=无
-- fires | an area code with seven digits where eight are due | application 联系电话=027-8765432
-- fires | an extension without end | application 联系电话=027-87654321-1234567
-- fires | an e-mail without @ | application 电子邮箱=office.example.com
-- fires | an e-mail with two @ | application 电子邮箱=office@@example.com
-- fires | an e-mail without a domain | application 电子邮箱=office@example
-- fires | an e-mail with a comma for a dot | application 电子邮箱=office@example\,com
-- fires | an e-mail with a blank | application 电子邮箱=of fice@example.com
-- fires | an e-mail that ends in a dot | application 电子邮箱=office@example.com.
-- fires | both wrong: one finding | application 联系电话=8019, 电子邮箱=无
-- passes | a mobile number | application 联系电话=13876543210
-- passes | a mobile number in groups | application 联系电话=138 7654 3210
-- passes | a mobile number with the country | application 联系电话=+86-138-7654-3210
-- passes | a landline with an area code of four digits | application 联系电话=0717-6543210
-- passes | eight digits behind an area code of four | application 联系电话=0755-87654321
-- passes | an area code in brackets of the other width | application 联系电话=（027）87654321
-- passes | no separator | application 联系电话=02787654321
-- passes | an extension behind a hyphen | application 联系电话=027-87654321-801
-- passes | an extension behind 转 | application 联系电话=027-87654321转801
-- passes | full-width digits | application 联系电话=０２７－８７６５４３２１
-- passes | no e-mail | application 电子邮箱=
-- passes | a longer domain and signs in the name | application 电子邮箱=o.f-f_i+ce@mail.example.edu.cn
-- passes | an empty telephone is F01 | application 联系电话=
WITH contact AS MATERIALIZED ( -- a school's applications mostly say the same
	SELECT DISTINCT school_code, telephone, email FROM application NOT INDEXED
), odd AS MATERIALIZED ( -- the few that are not plainly in order
	SELECT school_code, telephone, email
	FROM contact
	WHERE telephone NOT GLOB '0[12][0-9]-[2-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'
	      AND telephone NOT GLOB '1[3-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'
	      AND telephone NOT GLOB '0[3-9][0-9][0-9]-[2-9][0-9][0-9][0-9][0-9][0-9][0-9]'
	   OR email NOT GLOB '[A-Za-z0-9]*@[A-Za-z0-9]*.[A-Za-z]?*' OR substr(email, -1) NOT BETWEEN 'a' AND 'z'
	   OR email GLOB '*@*@*' OR email GLOB '*..*' OR email GLOB '*.@*' OR email GLOB '*[^A-Za-z0-9@._-]*'
), half AS MATERIALIZED ( -- digits and signs in half width, extensions behind a hyphen, no blanks
	SELECT school_code, telephone, email, email IS NOT NULL AND NOT (
	           email GLOB '?*@?*.[A-Za-z]*[A-Za-z]' AND email NOT GLOB '*@*@*' AND email NOT GLOB '*..*'
	           AND email NOT GLOB '.*' AND email NOT GLOB '*.@*' AND email NOT GLOB '*@[-.]*'
	           AND email NOT GLOB '*[^A-Za-z0-9@.!#$%&''*+/=?^_`{|}~-]*') AS bad_email,
	       replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
	       replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
	       replace(replace(replace(replace(telephone,
	           '０', '0'), '１', '1'), '２', '2'), '３', '3'), '４', '4'), '５', '5'), '６', '6'), '７', '7'),
	           '８', '8'), '９', '9'), '＋', '+'), '－', '-'), '–', '-'), '—', '-'), '（', '('), '）', ')'),
	           '分机', '-'), '转', '-'), char(9), ''), char(160), ''), '　', ''), ' ', ''),
	           '(', ''), ')', '-') AS number
	FROM odd
), tidy AS MATERIALIZED ( -- the country dropped, single hyphens
	SELECT school_code, telephone, email, bad_email,
	       CASE WHEN number GLOB '+86*' THEN ltrim(substr(number, 4), '-')
	            WHEN number GLOB '0086*' THEN ltrim(substr(number, 5), '-')
	            WHEN number GLOB '86-*' THEN ltrim(substr(number, 4), '-') ELSE number END AS number
	FROM (SELECT school_code, telephone, email, bad_email, replace(replace(number, '--', '-'), '--', '-') AS number FROM half)
), joined AS MATERIALIZED ( -- area code and number in one, the extension behind a hyphen
	SELECT school_code, telephone, email, bad_email, replace(number, '-', '') AS digits,
	       CASE WHEN number GLOB '0[12]?-*' THEN substr(number, 1, 3) || substr(number, 5)
	            WHEN number GLOB '0[3-9]??-*' THEN substr(number, 1, 4) || substr(number, 6)
	            ELSE number END AS number
	FROM tidy
), parted AS MATERIALIZED (
	SELECT school_code, telephone, email, bad_email, digits,
	       CASE WHEN instr(number, '-') THEN substr(number, 1, instr(number, '-') - 1) ELSE number END AS main,
	       CASE WHEN instr(number, '-') THEN substr(number, instr(number, '-') + 1) ELSE '0' END AS extension
	FROM joined
), judged AS MATERIALIZED (
	SELECT school_code, telephone, email, bad_email,
	       digits GLOB '*[^0-9]*' OR NOT (
	           digits GLOB '1[3-9]*' AND length(digits) = 11
	        OR digits GLOB '0[12][0-9][2-9]*' AND length(digits) = 11
	        OR digits GLOB '0[3-9][0-9][0-9][2-9]*' AND length(digits) IN (11, 12)
	        OR length(extension) BETWEEN 1 AND 6 AND extension NOT GLOB '*-*'
	           AND (main GLOB '0[12][0-9][2-9]*' AND length(main) = 11
	                OR main GLOB '0[3-9][0-9][0-9][2-9]*' AND length(main) IN (11, 12))) AS bad_number
	FROM parted
), telling AS ( -- the applications of schools that have such contacts
	SELECT a.id, a.telephone, a.email, a.telephone IN (SELECT telephone FROM judged WHERE bad_number) AS bad_number,
	       a.email IN (SELECT email FROM judged WHERE bad_email) AS bad_email
	FROM (SELECT DISTINCT school_code FROM judged WHERE bad_number OR bad_email) s
	     CROSS JOIN main.application a ON a.school_code IS s.school_code
)
SELECT id, CASE WHEN bad_number THEN 'telephone' ELSE 'email' END AS field,
       CASE WHEN bad_number THEN telephone ELSE email END AS stated,
       CASE WHEN bad_number THEN '联系电话“' || telephone || '”不是可用的号码' ELSE '' END
       || CASE WHEN bad_number AND bad_email THEN '；' ELSE '' END
       || CASE WHEN bad_email THEN '电子邮箱“' || email || '”不是可用的地址' ELSE '' END AS problem
FROM telling
WHERE bad_number OR bad_email
