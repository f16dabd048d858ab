package pavilion

import (
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"time"
)

// Identifiers are made by us, before any outside call, so that they can serve as
// idempotency keys. Each is a prefix that names the kind, an underscore, and 26
// characters of lower-case base 32 that sort in the order of creation.
type (
	ProducerID     string // pdr_
	BrandID        string // brn_
	ProductID      string // prd_
	SKUID          string // sku_
	PictureID      string // pic_
	DocumentID     string // doc_
	WarehouseID    string // whs_
	VariantID      string // vrt_  a product as one market sees it
	LotID          string // lot_
	OrderID        string // ord_
	ParcelID       string // par_
	IntentID       string // pay_  a payment intent
	RefundID       string // rfd_
	BuyerID        string // byr_
	BasketID       string // bsk_
	StaffID        string // stf_
	InviteID       string // inv_  an invitation of staff
	SessionID      string // ses_  a session of staff; its secret is something else
	PasskeyID      string // psk_
	TokenID        string // tok_
	FactID         string // fct_
	JobID          string // job_
	ViewID         string // viw_
	BatchID        string // bat_  one act on many things
	ImportID       string // imp_  a workbook that was handed in
	ConfirmationID string // cfm_  what a person confirmed of a SKU for a market
	MemoryID       string // mem_  a pair of the translation memory
	RateID         string // rat_  an exchange rate
	CostTermID     string // cst_  what a part of a price costs
	SheetID        string // prs_  a price explained
	ShopID         string // shp_  a shop on a platform
	CallID         string // cal_  a request to a platform
)

const (
	PrefixProducer     = "pdr"
	PrefixBrand        = "brn"
	PrefixProduct      = "prd"
	PrefixSKU          = "sku"
	PrefixPicture      = "pic"
	PrefixDocument     = "doc"
	PrefixWarehouse    = "whs"
	PrefixVariant      = "vrt"
	PrefixLot          = "lot"
	PrefixOrder        = "ord"
	PrefixParcel       = "par"
	PrefixIntent       = "pay"
	PrefixRefund       = "rfd"
	PrefixBuyer        = "byr"
	PrefixBasket       = "bsk"
	PrefixStaff        = "stf"
	PrefixInvite       = "inv"
	PrefixSession      = "ses"
	PrefixPasskey      = "psk"
	PrefixToken        = "tok"
	PrefixFact         = "fct"
	PrefixJob          = "job"
	PrefixView         = "viw"
	PrefixBatch        = "bat"
	PrefixImport       = "imp"
	PrefixConfirmation = "cfm"
	PrefixMemory       = "mem"
	PrefixRate         = "rat"
	PrefixCostTerm     = "cst"
	PrefixSheet        = "prs"
	PrefixShop         = "shp"
	PrefixCall         = "cal"
)

const base32 = "0123456789abcdefghjkmnpqrstvwxyz"

// NewID makes an identifier: 56 bits of microseconds, so that identifiers sort by time of
// creation, and 72 random bits from the runtime's ChaCha8 generator. It is unique and hard
// to guess but not a secret: whatever it names is guarded by something else.
func NewID[T ~string](prefix string, at time.Time) T {
	var raw [16]byte
	us := uint64(at.UnixMicro())
	binary.BigEndian.PutUint64(raw[0:8], us<<8|rand.Uint64()&0xff)
	binary.BigEndian.PutUint64(raw[8:16], rand.Uint64())
	out := make([]byte, 0, len(prefix)+27)
	out = append(out, prefix...)
	out = append(out, '_')
	hi, lo := binary.BigEndian.Uint64(raw[0:8]), binary.BigEndian.Uint64(raw[8:16])
	for i := range 26 {
		shift := uint(5 * (25 - i)) // 130 bits hold 128, the first character takes three
		var v uint64
		switch {
		case shift >= 64:
			v = hi >> (shift - 64)
		case shift > 59:
			v = hi<<(64-shift) | lo>>shift
		default:
			v = lo >> shift
		}
		out = append(out, base32[v&31])
	}
	return T(out)
}

// FirstID comes before every identifier made at the moment or later, and after all others
// but those made in the same eight microseconds: the time is in the first eleven characters.
func FirstID[T ~string](prefix string, at time.Time) T {
	return NewID[T](prefix, at)[:len(prefix)+1+11]
}

// CheckID tells whether s has the form of an identifier with the given prefix. Handlers use
// it to refuse rubbish in addresses before a query sees it.
func CheckID(prefix, s string) bool {
	rest, ok := strings.CutPrefix(s, prefix+"_")
	if !ok || len(rest) != 26 {
		return false
	}
	for i := range len(rest) {
		if strings.IndexByte(base32, rest[i]) < 0 {
			return false
		}
	}
	return true
}
