package douyin

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// receiver is where an order goes. Only its masks and ciphers are told.
type receiver struct {
	Name, Phone, Detail          string
	Province, City, Town, Street place
	IDName, IDNumber             string // of the buyer of cross-border goods
}

type place struct {
	Name string `json:"name"`
	ID   string `json:"id"`
}

var streets = []receiver{
	{Province: place{"浙江省", "330000"}, City: place{"杭州市", "330100"}, Town: place{"余杭区", "330110"}, Street: place{"仓前街道", "330110014"}},
	{Province: place{"上海市", "310000"}, City: place{"上海市", "310100"}, Town: place{"浦东新区", "310115"}, Street: place{"张江镇", "310115125"}},
	{Province: place{"北京市", "110000"}, City: place{"北京市", "110100"}, Town: place{"朝阳区", "110105"}, Street: place{"望京街道", "110105026"}},
	{Province: place{"广东省", "440000"}, City: place{"广州市", "440100"}, Town: place{"天河区", "440106"}, Street: place{"石牌街道", "440106003"}},
	{Province: place{"四川省", "510000"}, City: place{"成都市", "510100"}, Town: place{"武侯区", "510107"}, Street: place{"玉林街道", "510107007"}},
}

const given1 = "林陈王张李周吴郑赵孙"

// shopper returns a simulated shopper by number: the same number is the same person. The
// names say that nobody real is meant, and no telephone has such a number.
func shopper(n int64) receiver {
	names := []rune(given1)
	r := streets[n%int64(len(streets))]
	r.Name = fmt.Sprintf("模拟买家小%c", names[n%int64(len(names))])
	r.Phone = fmt.Sprintf("1000%07d", n%10_000_000)
	r.Detail = fmt.Sprintf("模拟路%d号%d室", n%500+1, n%30+101)
	r.IDName, r.IDNumber = r.Name, fmt.Sprintf("11010119900101%04d", n%10_000)
	return r
}

// The kinds of buyer data, as batchDecrypt tells them.
const (
	dataAddress = 1
	dataName    = 2
	dataPhone   = 3
	dataIDCard  = 4
)

// seal is the cipher of a text that belongs to an order: opaque, the same each time.
func (s *Simulator) seal(auth string, kind int, plain string) string {
	if plain == "" {
		return ""
	}
	sum := hmac.New(sha256.New, []byte("nonce"))
	fmt.Fprintf(sum, "%d|%s|%d|%s", s.o.Seed, auth, kind, plain)
	nonce := sum.Sum(nil)[:s.box.NonceSize()]
	sealed := s.box.Seal(nonce, nonce, append([]byte{byte(kind)}, plain...), []byte(auth))
	return "#" + base64.RawStdEncoding.EncodeToString(sealed) + "#1##"
}

// unseal reads what seal wrote for the same order.
func (s *Simulator) unseal(auth, text string) (kind int, plain string, ok bool) {
	text, front := strings.CutPrefix(text, "#")
	text, back := strings.CutSuffix(text, "#1##")
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if !front || !back || err != nil || len(raw) < s.box.NonceSize() {
		return 0, "", false
	}
	open, err := s.box.Open(nil, raw[:s.box.NonceSize()], raw[s.box.NonceSize():], []byte(auth))
	if err != nil || len(open) == 0 {
		return 0, "", false
	}
	return int(open[0]), string(open[1:]), true
}

// newBox is what seals buyer data of a world.
func newBox(seed uint64) cipher.AEAD {
	key := sha256.Sum256([]byte("buyers" + strconv.FormatUint(seed, 10)))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // a key of 32 bytes always does
	}
	box, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return box
}

// masked hides most of a text.
func masked(kind int, plain string) string {
	r := []rune(plain)
	switch {
	case len(r) == 0:
		return ""
	case kind == dataPhone && len(r) > 4:
		return string(r[:2]) + strings.Repeat("*", len(r)-4) + string(r[len(r)-2:])
	case kind == dataIDCard && len(r) > 2:
		return string(r[:1]) + strings.Repeat("*", len(r)-2) + string(r[len(r)-1:])
	case kind == dataAddress && len(r) > 2:
		return string(r[:2]) + strings.Repeat("*", len(r)-2)
	}
	return strings.Repeat("*", len(r)-1) + string(r[len(r)-1:])
}

// openID is the buyer's stable number that nobody can decrypt.
func (s *Simulator) openID(buyer int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "buyer %d %d", s.o.Seed, buyer))
	return "1@#" + base64.StdEncoding.EncodeToString(sum[:])
}

// tellReceiver writes the three forms of the receiver of an order.
func (s *Simulator) tellReceiver(into obj, auth string, r receiver) {
	for name, of := range map[string]struct {
		kind int
		text string
	}{"post_receiver": {dataName, r.Name}, "post_tel": {dataPhone, r.Phone}} {
		into[name], into["encrypt_"+name], into["mask_"+name] = "", s.seal(auth, of.kind, of.text), masked(of.kind, of.text)
	}
	into["post_addr"] = obj{
		"province": r.Province, "city": r.City, "town": r.Town, "street": r.Street,
		"detail": "", "encrypt_detail": s.seal(auth, dataAddress, r.Detail),
	}
	into["mask_post_addr"] = obj{
		"province": r.Province, "city": r.City, "town": r.Town, "street": r.Street, "detail": masked(dataAddress, r.Detail),
	}
}

const ciphersMost = 50

// What an item of batchDecrypt can be told. The documents name the two numbers and not what
// the second one means.
const (
	errPart  = 300008
	errOther = 300003
)

// decrypt is order.batchDecrypt; each item stands by itself, and every one counts against
// the shop's quota of the day.
func decrypt(t *tx, c *call) (any, error) {
	return t.openAll(c, func(_ int, plain string) string { return plain }, true)
}

// sensitive is order.batchSensitive: the masks.
func sensitive(t *tx, c *call) (any, error) {
	return t.openAll(c, masked, false)
}

func (t *tx) openAll(c *call, show func(kind int, plain string) string, counted bool) (any, error) {
	list := c.list("cipher_infos")
	if len(list) == 0 || len(list) > ciphersMost {
		return nil, invalid(map[bool]int{true: errOther, false: 100000}[counted], "cipher_infos 为 1 到 50 个")
	}
	infos, wrong := []obj{}, 0
	for _, a := range list {
		auth, text := a.str("auth_id"), a.str("cipher_text")
		info := obj{"auth_id": auth, "cipher_text": text, "decrypt_text": "", "err_no": 0, "err_msg": "", "data_type": 0, "is_virtual_tel": false, "expire_time": 0, "phone_no_a": "", "phone_no_b": ""}
		kind, plain, ok := t.s.unseal(auth, text)
		o := t.orders.get(auth)
		switch {
		case !ok || o == nil || o.Shop != c.shop:
			info["err_no"], info["err_msg"] = errOther, "密文与订单不匹配"
		case counted && !t.quota(c.shop):
			info["err_no"], info["err_msg"] = errOther, "解密额度已用完"
		default:
			info["data_type"], info["decrypt_text"] = kind, show(kind, plain)
			if counted && kind == dataPhone && c.yes("need_virtual_phone") {
				t.virtualPhone(info, o)
			}
		}
		if info["err_no"] != 0 {
			wrong++
		}
		infos = append(infos, info)
	}
	data := obj{"decrypt_infos": infos, "custom_err": obj{"err_code": 0, "err_msg": ""}}
	if wrong == 0 {
		return data, nil
	}
	p := failed(errPart, "部分数据解密失败")
	if wrong == len(list) {
		p = failed(errOther, "解密失败")
	}
	data["custom_err"] = obj{"err_code": p.number(), "err_msg": p.subMsg}
	p.data = data
	return p, nil
}

// virtualPhone replaces a telephone by one that leads to it for a while.
func (t *tx) virtualPhone(info obj, o *order) {
	a, b := "10040000000", fmt.Sprintf("%04d", o.Buyer%10_000)
	info["decrypt_text"], info["phone_no_a"], info["phone_no_b"] = a+"-"+b, a, b
	info["is_virtual_tel"], info["expire_time"], info["data_type"] = true, t.now.Add(15*24*time.Hour).Unix(), dataPhone
}

// quota counts one decryption of the day; it reports whether there was one left.
func (t *tx) quota(shop int64) bool {
	k := "decrypt|" + strconv.FormatInt(shop, 10) + "|" + t.now.In(beijing).Format(time.DateOnly)
	n := t.spent.edit(k)
	if n == nil {
		n = new(int64)
		t.spent.put(k, n)
	}
	if most := t.s.rules.DecryptQuota; most > 0 && *n >= int64(most) {
		return false
	}
	*n++
	return true
}

// encrypt is order.batchEncrypt.
func encrypt(t *tx, c *call) (any, error) {
	list := c.list("batch_encrypt_list")
	if len(list) == 0 || len(list) > ciphersMost {
		return nil, invalid(300001, "batch_encrypt_list 为 1 到 50 个")
	}
	infos := []obj{}
	for _, a := range list {
		kind, auth, plain := int(a.num("sensitive_type")), a.str("auth_id"), a.str("plain_text")
		if auth == "" || kind < dataAddress || kind > dataPhone || !utf8.ValidString(plain) {
			return nil, invalid(300001, "auth_id、sensitive_type 不正确")
		}
		infos = append(infos, obj{"auth_id": auth, "plain_text": plain, "cipher_text": t.s.seal(auth, kind, plain), "err_no": 0, "err_msg": ""})
	}
	return obj{"encrypt_infos": infos}, nil
}
