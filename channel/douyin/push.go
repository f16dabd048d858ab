package douyin

import (
	"encoding/json"
	"net/http"

	"pavilion"
)

// Subject is what a push is about.
type Subject string

const (
	AboutOrder     Subject = "order"
	AboutAfterSale Subject = "aftersale"
	AboutListing   Subject = "listing"
	AboutPicture   Subject = "picture"
	AboutUnknown   Subject = "" // of a tag, or with words, that we do not know: look everywhere
)

// Push is a hint of the platform that something has changed: it says where to look, never what
// is true. Pushes come late, twice, in any order or not at all.
type Push struct {
	Tag   Text
	ID    Text // with Tag the same for every repeat
	Shop  Text
	About Subject
	Key   Text // number of the order, the request, the listing or the picture
	Order Text // of an after-sale request, the line's order where the push names it
	At    Moment
}

// What is answered to the platform; anything but PushTaken has it come again.
const (
	PushTaken   = `{"code":0,"msg":"success"}`
	PushRefused = `{"code":1,"msg":"fail"}`
)

const pushMost = 1 << 20 // bytes

// message is a push on the wire. One sample of the documents spells the number in camel case.
type message struct {
	Tag  Text            `json:"tag"`
	ID   Text            `json:"msg_id"`
	ID2  Text            `json:"msgId"`
	Data json.RawMessage `json:"data"`
}

type messageData struct {
	Order    Text   `json:"p_id"`
	Shop     Text   `json:"shop_id"`
	Request  Text   `json:"aftersale_id"`
	Listing  Text   `json:"product_id"`
	Picture  Text   `json:"material_id"`
	Updated  Moment `json:"update_time"`
	Created  Moment `json:"create_time"`
	Paid     Moment `json:"pay_time"`
	Applied  Moment `json:"apply_time"`
	Complete Moment `json:"complete_time"`
	Cancel   Moment `json:"cancel_time"`
}

// ReadPush checks that pushes are the platform's own and reads them, without the probes that
// only want to see an answer: none may be left, and then there is nothing to do. What is inside
// a push may be strange without harm to the others of its batch. Errors: Forbidden
// douyin.push_forged, Invalid douyin.push_malformed.
func (c *Client) ReadPush(header http.Header, body []byte) ([]Push, error) {
	if len(body) > pushMost {
		return nil, pavilion.E(pavilion.Invalid, "douyin.push_malformed", nil)
	}
	if header.Get("app-id") != c.o.AppKey || !same(signPush(c.o.Facts.PushSign, c.o.AppKey, c.o.Secret, body), header.Get("event-sign")) {
		return nil, pavilion.E(pavilion.Forbidden, "douyin.push_forged", nil)
	}
	var batch []message
	if err := json.Unmarshal(body, &batch); err != nil {
		return nil, pavilion.E(pavilion.Invalid, "douyin.push_malformed", nil) // the cause may repeat what it read
	}
	var pushes []Push
	for _, m := range batch {
		if m.Tag != "0" {
			pushes = append(pushes, m.push())
		}
	}
	return pushes, nil
}

func (m message) push() Push {
	p := Push{Tag: m.Tag, ID: Text(firstOf(string(m.ID), string(m.ID2)))}
	var in Inner[messageData]
	if len(m.Data) == 0 || json.Unmarshal(m.Data, &in) != nil {
		return p
	}
	d := in.V
	p.Shop = d.Shop
	if d.Order != "0" {
		p.Order = d.Order
	}
	for _, at := range []Moment{d.Updated, d.Applied, d.Complete, d.Cancel, d.Paid, d.Created} {
		if p.At.IsZero() {
			p.At = at
		}
	}
	about := AboutUnknown
	switch {
	case len(m.Tag) == 3 && m.Tag[0] == '2':
		about, p.Key = AboutAfterSale, d.Request
	case m.Tag == "137" || m.Tag == "138":
		about, p.Key = AboutPicture, d.Picture
	case len(m.Tag) == 3 && m.Tag[0] == '1':
		about, p.Key = AboutOrder, d.Order
	case m.Tag == "400" || m.Tag == "417":
		about, p.Key = AboutListing, d.Listing
	}
	if p.Key != "" && p.Key != "0" {
		p.About = about
	}
	return p
}
