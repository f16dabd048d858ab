package shipment

import (
	"net/url"
	"regexp"
	"strings"

	"pavilion"
)

// Carrier is somebody who takes parcels.
type Carrier struct {
	Code string
	Name pavilion.Text
	// waybill is what its numbers look like. It is lenient on purpose: carriers bring new
	// series without notice, and a number that is refused stops a parcel that is ready. It
	// is there to find a number of another carrier, a slip of the finger, and the barcode of
	// the goods scanned instead of the label's.
	waybill *regexp.Regexp
	example string
	prefix  string // begins only numbers of this carrier; "" if none does
	track   string // its name at the public query of parcels; "" if it is not known there
}

// carriers are all that parcels can be given to, in the order in which people choose. The
// series are those that labels of recent years show: SF has SF and 13 digits, before 12 or
// 15 digits; JD has JD and letters and digits, with -1-2- for the first of two boxes; the
// others have digits, YTO mostly with YT before them; the post has the 13 signs of the
// Universal Postal Union's S10 or 13 digits.
var carriers = []Carrier{
	{Code: "sf", Name: named("顺丰速运", "SF Express"), waybill: series(`(SF)?\d{12,15}`), example: "SF1234567890123", prefix: "SF", track: "shunfeng"},
	{Code: "jd", Name: named("京东物流", "JD Logistics"), waybill: series(`JD[A-Z0-9]{9,20}(-\d{1,3}){0,2}-?`), example: "JDVA01234567890", prefix: "JD", track: "jd"},
	{Code: "zto", Name: named("中通快递", "ZTO Express"), waybill: series(`\d{12,15}`), example: "78912345678901", track: "zhongtong"},
	{Code: "yto", Name: named("圆通速递", "YTO Express"), waybill: series(`(YT)?[A-Z]?\d{10,18}`), example: "YT1234567890123", prefix: "YT", track: "yuantong"},
	{Code: "sto", Name: named("申通快递", "STO Express"), waybill: series(`(STO)?\d{12,15}`), example: "773012345678901", prefix: "STO", track: "shentong"},
	{Code: "yunda", Name: named("韵达快递", "Yunda Express"), waybill: series(`\d{13,19}`), example: "4312345678901", track: "yunda"},
	{Code: "ems", Name: named("中国邮政 EMS", "China Post EMS"), waybill: series(`[A-Z]{2}\d{9}[A-Z]{2}|\d{13}`), example: "EA123456789CN", track: "ems"},
	{Code: "other", Name: pavilion.Text{
		pavilion.Chinese: "其他承运商", pavilion.English: "Another carrier", pavilion.Russian: "Другой перевозчик", pavilion.Belarusian: "Іншы перавозчык",
	}, waybill: series(`[A-Z0-9-]{4,40}`), example: "ABC-12345"},
}

// named is a name that Latin script writes the same in every language.
func named(chinese, latin string) pavilion.Text {
	return pavilion.Text{pavilion.Chinese: chinese, pavilion.English: latin, pavilion.Russian: latin, pavilion.Belarusian: latin}
}

func series(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(` + pattern + `)$`) }

// Carriers are all carriers, in the order in which people choose.
func Carriers() []Carrier { return carriers }

// CarrierOf finds a carrier by its code.
func CarrierOf(code string) (Carrier, bool) {
	for _, c := range carriers {
		if c.Code == code {
			return c, true
		}
	}
	return Carrier{}, false
}

// Guess finds the carrier whose numbers alone begin as the waybill does.
func Guess(waybill string) (Carrier, bool) {
	waybill = tidy(waybill)
	for _, c := range carriers {
		if c.prefix != "" && strings.HasPrefix(waybill, c.prefix) && c.waybill.MatchString(waybill) {
			return c, true
		}
	}
	return Carrier{}, false
}

// Clean writes a waybill as the carrier does: upper case, without spaces. Error: Invalid
// shipment.waybill_malformed {carrier, example}.
func (c Carrier) Clean(waybill string) (string, error) {
	waybill = tidy(waybill)
	if !c.waybill.MatchString(waybill) {
		return "", pavilion.E(pavilion.Invalid, "shipment.waybill_malformed", pavilion.Args{"carrier": c.Name, "example": c.example}).At("waybill")
	}
	return waybill, nil
}

// TrackURL is where anybody can follow the parcel, "" if there is no such place. It is the
// query of kuaidi100.com, which knows all these carriers by one form of address; the
// carriers' own pages change theirs and ask for the recipient's phone.
func (c Carrier) TrackURL(waybill string) string {
	if c.track == "" || waybill == "" {
		return ""
	}
	return "https://www.kuaidi100.com/chaxun?" + url.Values{"com": {c.track}, "nu": {waybill}}.Encode()
}

// tidy undoes what scanners and fingers do to a number.
func tidy(waybill string) string {
	return strings.ToUpper(strings.Join(strings.Fields(waybill), ""))
}
