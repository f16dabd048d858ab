package ui

import (
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/money"

	"github.com/google/go-cmp/cmp"
)

// printers returns a printer for each language; it is 17:30 on 23 November 2026 in Shanghai.
func printers(t *testing.T) map[pavilion.Lang]*Printer {
	t.Helper()
	shanghai := time.FixedZone("Asia/Shanghai", 8*60*60)
	now := time.Date(2026, 11, 23, 17, 30, 0, 0, shanghai)
	s, err := New(Options{Zone: shanghai, Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	all := map[pavilion.Lang]*Printer{}
	for _, lang := range pavilion.Langs {
		all[lang] = s.Printer(lang)
	}
	return all
}

// said compares what each language says, in the order zh, en, ru, be. A space that does not
// break is written "_" in the wanted form.
func said(t *testing.T, what string, of map[pavilion.Lang]*Printer, say func(*Printer) string, want ...string) {
	t.Helper()
	for i, lang := range pavilion.Langs {
		if got := strings.ReplaceAll(say(of[lang]), nbsp, "_"); got != want[i] {
			t.Errorf("%s in %s: got %q, want %q", what, lang, got, want[i])
		}
	}
}

func TestMoney(t *testing.T) {
	t.Parallel()
	p := printers(t)
	for _, c := range []struct {
		minor    int64
		currency money.Currency
		want     []string
	}{
		{1250, "CNY", []string{"¥12.50", "¥12.50", "12,50_¥", "12,50_¥"}},
		{5, "CNY", []string{"¥0.05", "¥0.05", "0,05_¥", "0,05_¥"}},
		{123456, "CNY", []string{"¥1234.56", "¥1,234.56", "1234,56_¥", "1234,56_¥"}},
		{123456789, "CNY", []string{"¥1,234,567.89", "¥1,234,567.89", "1_234_567,89_¥", "1_234_567,89_¥"}},
		{-1250, "CNY", []string{"−¥12.50", "−¥12.50", "−12,50_¥", "−12,50_¥"}},
		{1250, "BYN", []string{"Br_12.50", "Br_12.50", "12,50_Br", "12,50_Br"}},
		{1250, "PLN", []string{"PLN_12.50", "PLN_12.50", "12,50_PLN", "12,50_PLN"}},
		{1250, "JPY", []string{"JPY_1250", "JPY_1,250", "1250_JPY", "1250_JPY"}},
	} {
		m := money.New(c.minor, c.currency)
		said(t, m.String(), p, func(p *Printer) string { return p.Money(m) }, c.want...)
	}
}

func TestPriceParts(t *testing.T) {
	t.Parallel()
	p := printers(t)
	for _, c := range []struct {
		minor int64
		lang  pavilion.Lang
		want  string
	}{
		{3990, pavilion.Chinese, `<span class="price-amount"><span class="price-sign">¥</span><span class="price-whole">39</span><span class="price-cents">.90</span></span>`},
		{3900, pavilion.Chinese, `<span class="price-amount"><span class="price-sign">¥</span><span class="price-whole">39</span></span>`},
		{3990, pavilion.Russian, `<span class="price-amount"><span class="price-whole">39</span><span class="price-cents">,90</span><span class="price-sign">` + nbsp + `¥</span></span>`},
	} {
		if got := string(priceParts(p[c.lang], money.New(c.minor, "CNY"))); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestNumbersAndCounts(t *testing.T) {
	t.Parallel()
	p := printers(t)
	for _, c := range []struct {
		n              int64
		number, counts []string
	}{
		{0, []string{"0", "0", "0", "0"}, []string{"0", "0", "0", "0"}},
		{9999, []string{"9999", "9,999", "9999", "9999"}, []string{"9999", "9,999", "9999", "9999"}},
		{12999, []string{"12,999", "12,999", "12_999", "12_999"}, []string{"1.2万", "12.9k", "12,9_тыс.", "12,9_тыс."}},
		{670000, []string{"670,000", "670,000", "670_000", "670_000"}, []string{"67万", "670k", "670_тыс.", "670_тыс."}},
		{3_050_000, []string{"3,050,000", "3,050,000", "3_050_000", "3_050_000"}, []string{"305万", "3_million", "3_млн", "3_млн"}},
		{123_456_789, []string{"123,456,789", "123,456,789", "123_456_789", "123_456_789"}, []string{"1.2亿", "123.4_million", "123,4_млн", "123,4_млн"}},
		{-12, []string{"−12", "−12", "−12", "−12"}, []string{"−12", "−12", "−12", "−12"}},
	} {
		said(t, "number", p, func(p *Printer) string { return p.Number(c.n) }, c.number...)
		said(t, "count", p, func(p *Printer) string { return p.Count(c.n) }, c.counts...)
	}
}

func TestMeasures(t *testing.T) {
	t.Parallel()
	p := printers(t)
	for _, c := range []struct {
		milli int64
		unit  catalog.Unit
		want  []string
	}{
		{90_000, catalog.Gram, []string{"90_克", "90_g", "90_г", "90_г"}},
		{1_500, catalog.Litre, []string{"1.5_升", "1.5_l", "1,5_л", "1,5_л"}},
		{500, catalog.Kilogram, []string{"0.5_千克", "0.5_kg", "0,5_кг", "0,5_кг"}},
		{10_000, catalog.Piece, []string{"10_件", "10_pcs", "10_шт.", "10_шт."}},
		{12_345_678, catalog.Millilitre, []string{"12,345.678_毫升", "12,345.678_ml", "12_345,678_мл", "12_345,678_мл"}},
		{0, catalog.Gram, []string{"", "", "", ""}},
	} {
		said(t, "measure", p, func(p *Printer) string { return p.Measure(catalog.Measure{Milli: c.milli, Unit: c.unit}) }, c.want...)
	}
}

func TestPricePerUnit(t *testing.T) {
	t.Parallel()
	p := printers(t)
	for _, c := range []struct {
		fen, milli int64
		unit       catalog.Unit
		want       []string
	}{
		{1250, 90_000, catalog.Gram, []string{"¥13.89/100_克", "¥13.89 per 100_g", "13,89_¥ за 100_г", "13,89_¥ за 100_г"}},
		{990, 1_000, catalog.Litre, []string{"¥0.99/100_毫升", "¥0.99 per 100_ml", "0,99_¥ за 100_мл", "0,99_¥ за 100_мл"}},
		{990, 75_000, catalog.Centilitre, []string{"¥1.32/100_毫升", "¥1.32 per 100_ml", "1,32_¥ за 100_мл", "1,32_¥ за 100_мл"}},
		{2000, 12_000, catalog.Piece, []string{"¥1.67/1_件", "¥1.67 per 1_pcs", "1,67_¥ за 1_шт.", "1,67_¥ за 1_шт."}},
		{2000, 1_000, catalog.Piece, []string{"", "", "", ""}},
		{2000, 1_330, catalog.Metre, []string{"", "", "", ""}},
		{2000, 0, catalog.Gram, []string{"", "", "", ""}},
		{0, 90_000, catalog.Gram, []string{"", "", "", ""}},
	} {
		said(t, "price per unit", p, func(p *Printer) string {
			return p.PerUnit(money.New(c.fen, "CNY"), catalog.Measure{Milli: c.milli, Unit: c.unit})
		}, c.want...)
	}
}

func TestPercent(t *testing.T) {
	t.Parallel()
	p := printers(t)
	said(t, "12.5", p, func(p *Printer) string { return p.Percent("12.5") }, "12.5%", "12.5%", "12,5_%", "12,5_%")
	said(t, "none", p, func(p *Printer) string { return p.Percent("") }, "", "", "", "")
}

func TestDatesAndTimes(t *testing.T) {
	t.Parallel()
	p := printers(t)
	at := func(s string) time.Time {
		m, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	said(t, "a date", p, func(p *Printer) string { return p.Date("2026-11-23") }, "2026年11月23日", "23_November 2026", "23_ноября 2026_г.", "23_лістапада 2026_г.")
	said(t, "a day", p, func(p *Printer) string { return p.Day("2027-05-01") }, "5月1日", "1_May", "1_мая", "1_мая")
	said(t, "no date", p, func(p *Printer) string { return p.Date("") }, "", "", "", "")
	said(t, "this year", p, func(p *Printer) string { return p.Moment(at("2026-11-23T09:05:00Z")) }, "11月23日 17:05", "23_November, 17:05", "23_ноября, 17:05", "23_лістапада, 17:05")
	said(t, "another year, next day there", p, func(p *Printer) string { return p.Moment(at("2025-12-30T23:05:00Z")) },
		"2025年12月31日 07:05", "31_December 2025, 07:05", "31_декабря 2025_г., 07:05", "31_снежня 2025_г., 07:05")
	said(t, "a time of day", p, func(p *Printer) string { return p.Clock(at("2026-11-23T09:05:00Z")) }, "17:05", "17:05", "17:05", "17:05")
	for _, c := range []struct {
		at   string
		want []string
	}{
		{"2026-11-23T09:29:40Z", []string{"刚刚", "just now", "только что", "толькі што"}},
		{"2026-11-23T09:29:00Z", []string{"1 分钟前", "1 minute ago", "1_минуту назад", "1_хвіліну таму"}},
		{"2026-11-23T09:27:00Z", []string{"3 分钟前", "3 minutes ago", "3_минуты назад", "3_хвіліны таму"}},
		{"2026-11-23T09:19:00Z", []string{"11 分钟前", "11 minutes ago", "11_минут назад", "11_хвілін таму"}},
		{"2026-11-22T12:30:00Z", []string{"21 小时前", "21 hours ago", "21_час назад", "21_гадзіну таму"}},
		{"2026-11-23T09:45:00Z", []string{"15 分钟后", "in 15 minutes", "через 15_минут", "праз 15_хвілін"}},
		{"2026-11-23T11:30:00Z", []string{"2 小时后", "in 2 hours", "через 2_часа", "праз 2_гадзіны"}},
		{"2026-11-21T09:30:00Z", []string{"11月21日 17:30", "21_November, 17:30", "21_ноября, 17:30", "21_лістапада, 17:30"}},
	} {
		said(t, c.at, p, func(p *Printer) string { return p.Ago(at(c.at)) }, c.want...)
	}
	for _, c := range []struct {
		d    time.Duration
		want []string
	}{
		{45 * time.Second, []string{"45 秒", "45 seconds", "45_секунд", "45_секунд"}},
		{15 * time.Minute, []string{"15 分钟", "15 minutes", "15_минут", "15_хвілін"}},
		{125 * time.Minute, []string{"2 小时 5 分钟", "2 hours 5 minutes", "2_часа 5_минут", "2_гадзіны 5_хвілін"}},
		{49 * time.Hour, []string{"2 天 1 小时", "2 days 1 hour", "2_дня 1_час", "2_дні 1_гадзіна"}},
	} {
		said(t, c.d.String(), p, func(p *Printer) string { return p.Duration(c.d) }, c.want...)
	}
}

func TestPhones(t *testing.T) {
	t.Parallel()
	p := printers(t)[pavilion.Chinese]
	for _, c := range []struct{ number, phone, masked string }{
		{"13800138000", "138_0013_8000", "138_****_8000"},
		{"138 0013 8000", "138_0013_8000", "138_****_8000"},
		{"+8613800138000", "+86_138_0013_8000", "+86_138_****_8000"},
		{"+375291234567", "+375_29_123-45-67", "+375_29_***-**-67"},
		{"+79161234567", "+7_916_123-45-67", "+7_916_***-**-67"},
		{"+4930123456", "+4930123456", "+********56"},
		{"123456", "123456", "****56"},
		{"123", "123", "***"},
	} {
		if got := strings.ReplaceAll(p.Phone(c.number), nbsp, "_"); got != c.phone {
			t.Errorf("%s: got %s, want %s", c.number, got, c.phone)
		}
		if got := strings.ReplaceAll(p.MaskedPhone(c.number), nbsp, "_"); got != c.masked {
			t.Errorf("%s masked: got %s, want %s", c.number, got, c.masked)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	p := printers(t)
	for _, c := range []struct {
		lang pavilion.Lang
		of   Address
		want []string
	}{
		{pavilion.Chinese, Address{Name: "收件人", Phone: "13800138000", Country: "CN", Province: "浙江省", City: "杭州市", District: "西湖区", Street: "文三路 1 号", Postcode: "310012"},
			[]string{"浙江省杭州市西湖区 文三路 1 号", "310012", "收件人 138_0013_8000"}},
		{pavilion.Chinese, Address{Name: "收件人", Country: "CN", Province: "上海市", City: "上海市", District: "黄浦区", Street: "人民大道"},
			[]string{"上海市黄浦区 人民大道", "收件人"}},
		{pavilion.Russian, Address{Name: "Получатель", Country: "BY", City: "Минск", Street: "пр. Независимости, 1", Postcode: "220030"},
			[]string{"Получатель", "пр. Независимости, 1", "220030 Минск", "Беларусь"}},
	} {
		var got []string
		for _, line := range p[c.lang].Address(c.of) {
			got = append(got, strings.ReplaceAll(line, nbsp, "_"))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("address (-want +got):\n%s", d)
		}
	}
}

func TestSentencesHoldValuesInTheirForm(t *testing.T) {
	t.Parallel()
	p := printers(t)
	said(t, "a plural", p, func(p *Printer) string { return p.T("ui.pager.shown", "shown", 24, "count", 12345) },
		"已显示 24 件，共 12,345 件", "24 of 12,345 products", "Показано 24_из 12_345_товаров", "Паказана 24_з 12_345_тавараў")
	if got := p[pavilion.English].T("nothing.of.the_kind"); got != "nothing.of.the_kind" {
		t.Errorf("got %q for a missing message, want its key", got)
	}
	if got := Say("xx", pavilion.E(pavilion.NotFound, "nothing.of_the_kind", nil)); !strings.Contains(got, "页面") {
		t.Errorf("got %q for an unknown reason, want the sentence of its kind", got)
	}
}
