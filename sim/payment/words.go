package payment

import "pavilion"

// words are the texts of the page in one language.
type words struct {
	Name      string // of the language, in itself
	Languages string
	Simulated string // the banner
	NoMoney   string
	Amount    string
	For       string
	Pay       string
	Decline   string
	Other     string
	OtherHint string
	Seconds   string
	Back      string
	Unknown   string
	Mend      string
	Wrong     string
	states    map[string]string
	ways      map[Way]wayWords
}

type wayWords struct{ label, hint string }

var texts = map[pavilion.Lang]words{
	pavilion.Chinese: {
		Name: "中文", Languages: "语言",
		Simulated: "模拟支付", NoMoney: "仅供演示和测试，不会产生任何真实扣款。",
		Amount: "应付金额", For: "付款事项", Pay: "付款", Decline: "拒绝付款",
		Other: "其他结果", OtherHint: "用于演练少见的支付情况。",
		Seconds: "延迟秒数（0–86400）", Back: "返回商店",
		Unknown: "没有这笔付款", Mend: "链接不完整或已失效。请回到商店，从订单页重新付款。",
		Wrong: "请选择一种方式；延迟付款时，秒数须为 0 到 86400 的整数。",
		states: map[string]string{
			open: "确认付款", pending: "付款处理中", paid: "付款成功", declined: "付款被拒绝", expired: "付款已超时",
		},
		ways: map[Way]wayWords{
			Later:  {"稍后付款", "银行在若干秒后才确认。"},
			Twice:  {"付款，通知两次", "商店会收到两次相同的通知。"},
			Before: {"付款，先通知", "商店先收到通知，然后您才返回。"},
			Never:  {"付款，不通知", "商店收不到通知，须自行查询。"},
		},
	},
	pavilion.English: {
		Name: "English", Languages: "Language",
		Simulated: "Simulated payment", NoMoney: "For demonstration and tests. No money moves.",
		Amount: "Amount to pay", For: "For", Pay: "Pay", Decline: "Decline",
		Other: "Other outcomes", OtherHint: "To rehearse what rarely happens.",
		Seconds: "Delay in seconds (0–86400)", Back: "Back to the shop",
		Unknown: "There is no such payment", Mend: "The link is incomplete or no longer holds. Go back to the shop and pay again from the order’s page.",
		Wrong: "Choose one of the ways. To pay later, give the delay as a whole number from 0 to 86400.",
		states: map[string]string{
			open: "Confirm the payment", pending: "The payment is under way", paid: "Paid", declined: "The payment was declined", expired: "The time to pay is over",
		},
		ways: map[Way]wayWords{
			Later:  {"Pay later", "The bank confirms only after some seconds."},
			Twice:  {"Pay and notify twice", "The shop gets the same notice twice."},
			Before: {"Pay and notify first", "The shop gets the notice before you return."},
			Never:  {"Pay and never notify", "The shop gets no notice and has to ask."},
		},
	},
	pavilion.Russian: {
		Name: "Русский", Languages: "Язык",
		Simulated: "Учебная оплата", NoMoney: "Только для показа и проверки. Деньги не списываются.",
		Amount: "К оплате", For: "Назначение", Pay: "Оплатить", Decline: "Отказаться",
		Other: "Другие исходы", OtherHint: "Чтобы отрепетировать редкие случаи.",
		Seconds: "Задержка в секундах (0–86400)", Back: "Вернуться в магазин",
		Unknown: "Такого платежа нет", Mend: "Ссылка неполная или больше не действует. Вернитесь в магазин и оплатите со страницы заказа.",
		Wrong: "Выберите один из способов. Для оплаты позже укажите задержку целым числом от 0 до 86400.",
		states: map[string]string{
			open: "Подтвердите оплату", pending: "Платёж обрабатывается", paid: "Оплачено", declined: "Платёж отклонён", expired: "Время оплаты истекло",
		},
		ways: map[Way]wayWords{
			Later:  {"Оплатить позже", "Банк подтвердит через несколько секунд."},
			Twice:  {"Оплатить, уведомить дважды", "Магазин получит одно и то же уведомление два раза."},
			Before: {"Оплатить, сначала уведомить", "Магазин получит уведомление до вашего возвращения."},
			Never:  {"Оплатить, не уведомлять", "Магазин не получит уведомления и спросит сам."},
		},
	},
	pavilion.Belarusian: {
		Name: "Беларуская", Languages: "Мова",
		Simulated: "Вучэбная аплата", NoMoney: "Толькі для паказу і праверкі. Грошы не спісваюцца.",
		Amount: "Да аплаты", For: "Прызначэнне", Pay: "Аплаціць", Decline: "Адмовіцца",
		Other: "Іншыя вынікі", OtherHint: "Каб адрэпеціраваць рэдкія выпадкі.",
		Seconds: "Затрымка ў секундах (0–86400)", Back: "Вярнуцца ў краму",
		Unknown: "Такога плацяжу няма", Mend: "Спасылка няпоўная або больш не дзейнічае. Вярніцеся ў краму і аплаціце са старонкі заказу.",
		Wrong: "Выберыце адзін са спосабаў. Каб аплаціць пазней, пазначце затрымку цэлым лікам ад 0 да 86400.",
		states: map[string]string{
			open: "Пацвердзіце аплату", pending: "Плацёж апрацоўваецца", paid: "Аплачана", declined: "Плацёж адхілены", expired: "Час аплаты скончыўся",
		},
		ways: map[Way]wayWords{
			Later:  {"Аплаціць пазней", "Банк пацвердзіць праз некалькі секунд."},
			Twice:  {"Аплаціць, паведаміць двойчы", "Крама атрымае адно і тое ж паведамленне два разы."},
			Before: {"Аплаціць, спачатку паведаміць", "Крама атрымае паведамленне да вашага вяртання."},
			Never:  {"Аплаціць, не паведамляць", "Крама не атрымае паведамлення і спытае сама."},
		},
	},
}
