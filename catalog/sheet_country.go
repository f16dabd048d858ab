package catalog

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// countryNames are names of countries that are not in the tables of Unicode: short and long
// forms, and what people print on goods.
var countryNames = byWord(map[string]string{
	"BY": "беларусь республика_беларусь рб белоруссия рэспубліка_беларусь belarus republic_of_belarus 白俄罗斯 白俄罗斯共和国 blr",
	"RU": "россия рф российская_федерация расія расійская_федэрацыя russian_federation 俄罗斯 俄罗斯联邦 rus",
	"CN": "китай кнр китайская_народная_республика кітай prc 中国 中华人民共和国 chn",
	"KZ": "казахстан республика_казахстан 哈萨克斯坦 kaz",
	"PL": "польша республика_польша pol", "LT": "литва ltu", "LV": "латвия lva", "DE": "германия фрг deu", "UA": "украина ukr",
	"US": "сша usa united_states_of_america 美国", "GB": "великобритания uk england 英国",
})

// countries knows every country's name in the program's languages, in lower case.
var countries = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	for _, tag := range []language.Tag{language.English, language.Russian, language.Make("be"), language.Chinese} {
		namer := display.Regions(tag)
		for first := 'A'; first <= 'Z'; first++ {
			for second := 'A'; second <= 'Z'; second++ {
				region, err := language.ParseRegion(string([]rune{first, second}))
				if err != nil || !region.IsCountry() || region.String() != string([]rune{first, second}) {
					continue
				}
				names[lower(namer.Name(region))] = region.String()
				names[lower(region.String())] = region.String()
			}
		}
	}
	for name, code := range countryNames {
		names[strings.ReplaceAll(name, "_", " ")] = code
	}
	return names
})

// countryCode returns the ISO 3166-1 alpha-2 code of a country named in any of the
// program's languages.
func countryCode(text string) (string, bool) {
	text = lower(strings.TrimRight(text, "."))
	for _, label := range []string{"сделано в ", "зроблена ў ", "made in ", "product of ", "г. "} {
		text = strings.TrimPrefix(text, label)
	}
	code, ok := countries()[text]
	if !ok {
		place, _, _ := strings.Cut(text, ",") // "Беларусь, г. Минск"
		code, ok = countries()[strings.TrimSpace(place)]
	}
	return code, ok
}
