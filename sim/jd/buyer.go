package jd

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

var buyerMethods = map[string]method{
	"jingdong.jos.order.oaid.decrypt":  {do: (*call).decrypt},
	"jingdong.pop.order.getmobilelist": {do: (*call).virtualNumbers},
}

// shopper is somebody who does not exist.
type shopper struct {
	name                   string
	phone                  string
	province, city, county area
	street                 string
}

// simulatedName marks every shopper.
const simulatedName = "模拟买家"

var givenNames = []string{"子涵", "雨桐", "浩然", "欣怡", "思远", "佳琪", "明轩", "若曦"}

// shopperOf is the shopper with a number: always the same.
func shopperOf(n int64) shopper {
	var counties []area
	for _, a := range areas {
		if a.level == 3 {
			counties = append(counties, a)
		}
	}
	county := counties[n%int64(len(counties))]
	city := areaByID(county.parent)
	return shopper{
		name: simulatedName + givenNames[n%int64(len(givenNames))], phone: fmt.Sprintf("19900%06d", n%1_000_000),
		province: areaByID(city.parent), city: city, county: county, street: fmt.Sprintf("模拟路%d号", n%500+1),
	}
}

// street is where an order goes.
func (o *order) street() string { return orElse(o.Street, shopperOf(o.Buyer).street) }

func (o *order) fullAddress() string {
	b := shopperOf(o.Buyer)
	return b.province.name + b.city.name + b.county.name + o.street()
}

// maskName and maskPhone hide what makes a person.
func maskName(s string) string {
	_, last := utf8.DecodeLastRuneInString(s)
	return s[:len(s)-last] + "*"
}

func maskPhone(s string) string { return s[:3] + "****" + s[7:] }

// oaid stands for the buyer of an order; it changes with the address.
func (c *change) oaid(o *order) string {
	var b strings.Builder
	for i := range 4 {
		b.WriteString(c.derived("oaid", o.ID.String(), o.street(), fmt.Sprint(i)))
		b.WriteString(c.derived("oaid+", o.ID.String(), o.street(), fmt.Sprint(i)))
	}
	return b.String()
}

// consignee is the buyer as orders tell them: masked, or in cipher text that nobody can read
// here.
func (c *call) consignee(o *order, encrypted bool) obj {
	b := shopperOf(o.Buyer)
	t := obj{
		"province": b.province.name, "city": b.city.name, "county": b.county.name, "town": "",
		"provinceId": ID(b.province.id).String(), "cityId": ID(b.city.id).String(), "countyId": ID(b.county.id).String(), "townId": "0",
		"oaid": c.oaid(o),
	}
	if encrypted {
		for field, plain := range map[string]string{
			"encrypt_fullname": b.name, "encrypt_mobile": b.phone, "encrypt_telephone": b.phone, "encrypt_fullAddress": o.fullAddress(),
		} {
			sum := sha256.Sum256([]byte(c.derived(field, plain)))
			t[field] = base64.StdEncoding.EncodeToString(sum[:])
		}
		return t
	}
	t["fullname"], t["mobile"], t["telephone"] = maskName(b.name), maskPhone(b.phone), maskPhone(b.phone)
	t["fullAddress"] = b.province.name + b.city.name + b.county.name + "****"
	return t
}

// quota counts one more decryption today and reports whether it may be.
func (c *call) quota() bool {
	w, day := c.itself(), c.beijing().Format(time.DateOnly)
	if w.Day != day {
		w.Day, w.Made = day, 0
	}
	if c.s.o.DecryptDaily > 0 && w.Made >= c.s.o.DecryptDaily {
		return false
	}
	w.Made++
	c.putWorld(w)
	return true
}

// The codes of getmobilelist; the documents give none for oaid.decrypt, so it has these.
const (
	decrypted    = 200
	notFoundCode = 404
	noBalance    = 406
)

func (c *call) decrypt() (obj, *failure) {
	p := c.p.under("getReceiverInfoListReqVO")
	p.require("orderInfos")
	rows := p.rows("orderInfos")
	type wanted struct {
		id   ID
		oaid string
	}
	var all []wanted
	for _, one := range rows {
		one.require("orderId", "oaid")
		all = append(all, wanted{one.id("orderId"), one.text("oaid")})
	}
	if f := p.wrong(); f != nil {
		return nil, f
	}
	answer := func(code int, message string, data []any) (obj, *failure) {
		return obj{"returnType": obj{"code": code, "requestId": c.secretText(), "message": message, "data": data}}, nil
	}
	data := []any{}
	for _, one := range all {
		o := c.orders.get(one.id.String())
		if o == nil || o.Split || c.oaid(o) != one.oaid {
			return answer(notFoundCode, "订单或oaid不存在", []any{})
		}
		if !c.quota() {
			return answer(noBalance, "额度不足", []any{})
		}
		b := shopperOf(o.Buyer)
		data = append(data, obj{
			"orderId": o.ID.String(), "oaid": one.oaid, "customerName": b.name, "consMobilePhone": b.phone,
			"consMobilePhoneFuzzy": maskPhone(b.phone), "customerPhone": b.phone, "address": o.fullAddress(),
			"expiration": dateText(c.now.Add(7 * 24 * time.Hour)), "privacyProtection": false,
		})
	}
	return answer(decrypted, "", data)
}

// virtualNumbers gives numbers that stand for the buyers' own. The documents do not say
// whether several orders may be asked for at once.
func (c *call) virtualNumbers() (obj, *failure) {
	c.p.require("orderId")
	ids := c.p.ids("orderId")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	data := obj{}
	for _, id := range ids {
		o := c.orders.get(id.String())
		if o == nil || o.Split {
			return obj{"result": obj{"code": notFoundCode, "message": "订单不存在", "data": obj{}}}, nil
		}
		if !c.quota() {
			return obj{"result": obj{"code": noBalance, "message": "余额不足", "data": obj{}}}, nil
		}
		phone := fmt.Sprintf("17000%06d", o.Buyer%1_000_000)
		data[id.String()] = obj{
			"oderId": id.String(), "consMobilePhone": phone, "customerPhone": phone,
			"expiration": dateText(c.now.Add(7 * 24 * time.Hour)), "consMobilePhoneFuzzy": maskPhone(phone),
		}
	}
	return obj{"result": obj{"code": decrypted, "message": "", "data": data}}, nil
}
