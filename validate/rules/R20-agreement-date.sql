-- rule: R20
-- title: 协议签订日期
-- clause: 三.6
-- sentence: 试点前，各院校应与拟开展试点工作的培训评价组织协商培训、考核等相关成本费用，鼓励试点院校之间联合与评价组织谈判协商，达成一致后签署试点合作协议，试点合作协议的内容须遵循国家和我省关于试点工作的相关规定。
-- sentence: 签署试点合作协议前，不得开展试点。
-- subject: application
-- reads: application
-- severity: return
-- understood: 签订：{agreement_date:day}；提交：{submitted:instant}；试点开始：{pilot_start:day}
-- allowed: 协议签订日期已填写，不晚于提交当日；试点开始日期不早于协议签订日期
-- message: {signing}{signed:day}{lateness}{handed_in:instant}{starting}{started:day}{earliness}。签署试点合作协议前不得开展试点，请核对协议签订日期和试点开始日期后改正；尚未签署协议的，请签署后再申报。
--
-- fires - | empty | application 协议签订日期=
-- fires - | empty, and no pilot start either | application 协议签订日期=, 试点开始日期=
-- fires - | signed the day after submission | application 协议签订日期=2021-05-19
-- fires - | the pilot starts the day before the signature | application 试点开始日期=2021-05-09
-- fires - | signed late and started before: one finding | application 协议签订日期=2021-05-19, 试点开始日期=2021-05-18
-- fires - | the pilot starts before the signature, the instant is unreadable | application 试点开始日期=2021-05-09, 提交时间=上午
-- passes | signed on the day of submission | application 协议签订日期=2021-05-18
-- passes | submitted in the first second of the day of signature | application 协议签订日期=2021-05-18, 提交时间=2021-05-18 00:00:00
-- passes | the pilot starts on the day of signature | application 试点开始日期=2021-05-10
-- passes | no pilot start is no matter | application 试点开始日期=
-- passes | an unreadable day of signature is unknown and not empty | application 协议签订日期=五月
-- passes | an unreadable pilot start is unknown | application 试点开始日期=待定
-- passes | an unreadable instant is unknown | application 协议签订日期=2021-05-19, 提交时间=2021-05-18
SELECT id,
       CASE WHEN agreement_date IS NULL OR agreement_date * 86400 > submitted THEN 'agreement_date'
            ELSE 'pilot_start' END AS field,
       agreement_date, submitted, pilot_start,
       -- the message's parts; a NULL leaves its place empty
       CASE WHEN agreement_date IS NULL THEN '没有填写协议签订日期' ELSE '协议签订日期 ' END AS signing,
       agreement_date AS signed,
       CASE WHEN agreement_date * 86400 > submitted THEN '，晚于提交时间 ' END AS lateness,
       CASE WHEN agreement_date * 86400 > submitted THEN submitted END AS handed_in,
       CASE WHEN pilot_start < agreement_date THEN '，试点开始日期 ' END AS starting,
       CASE WHEN pilot_start < agreement_date THEN pilot_start END AS started,
       CASE WHEN pilot_start < agreement_date THEN ' 早于协议签订日期' END AS earliness
FROM application
WHERE agreement_date IS NULL AND NOT agreement_date_unknown
   OR agreement_date * 86400 > submitted
   OR pilot_start < agreement_date;
