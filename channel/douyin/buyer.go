package douyin

import (
	"context"

	"pavilion"
)

// Receiver is who gets the goods: masked, and encrypted for [Shop.Decrypt]. The platform has
// left the plain fields empty for years; they are not read here.
type Receiver struct {
	MaskedName  string  `json:"mask_post_receiver"`
	MaskedPhone string  `json:"mask_post_tel"`
	NameCipher  Secret  `json:"encrypt_post_receiver"`
	PhoneCipher Secret  `json:"encrypt_post_tel"`
	Address     Address `json:"post_addr"`
	Masked      struct {
		Detail string `json:"detail"`
	} `json:"mask_post_addr"`
}

// Address is in clear down to the street; the rest of it is encrypted.
type Address struct {
	Province Region `json:"province"`
	City     Region `json:"city"`
	Town     Region `json:"town"`
	Street   Region `json:"street"`
	Cipher   Secret `json:"encrypt_detail"`
}

// Region is a part of an address.
type Region struct {
	Name string `json:"name"`
	ID   Text   `json:"id"`
}

// Identity is the buyer's, encrypted, of an order across the border.
type Identity struct {
	NumberCipher Secret `json:"encrypt_id_card_no"`
	NameCipher   Secret `json:"encrypt_id_card_name"`
}

// What was encrypted: Opened.Kind.
const (
	CipherAddress  Int = 1
	CipherName     Int = 2
	CipherPhone    Int = 3
	CipherIdentity Int = 4
)

// Opened is one cipher and what it holds, or why it stays closed.
type Opened struct {
	Cipher    Secret
	Text      Secret // "" if Err is set; with Forwards a number and an extension, 18400000000-1234
	Kind      Int
	Forwards  bool // the phone is a number that forwards to the buyer's until ExpiresAt
	ExpiresAt Moment
	Err       error // Conflict douyin.cipher: this one was refused, others may be open
}

// decryptMost is how many ciphers the platform opens at a time.
const decryptMost = 50

// Decrypt opens ciphers of one order; the platform keeps account of every one. Account names
// the member of staff for whom it is done. Each cipher has its own outcome; the error is for
// what says nothing about any of them.
func (s Shop) Decrypt(ctx context.Context, order, account string, ciphers []Secret) ([]Opened, error) {
	if len(ciphers) == 0 || len(ciphers) > decryptMost {
		return nil, pavilion.E(pavilion.Invalid, "douyin.ciphers", pavilion.Args{"most": decryptMost})
	}
	type cipher struct {
		Order string `json:"auth_id"`
		Text  string `json:"cipher_text"`
	}
	params := struct {
		Infos   []cipher `json:"cipher_infos"`
		Account string   `json:"account_id,omitempty"`
		Type    string   `json:"account_type,omitempty"`
		Virtual *bool    `json:"need_virtual_phone,omitempty"`
	}{Account: account, Virtual: s.c.o.Facts.VirtualPhone}
	if account != "" {
		params.Type = "sub_account"
	}
	for _, c := range ciphers {
		params.Infos = append(params.Infos, cipher{order, string(c)})
	}
	var told struct {
		Infos []struct {
			Cipher  Secret `json:"cipher_text"`
			Plain   Secret `json:"decrypt_text"`
			ErrNo   Int    `json:"err_no"`
			Kind    Int    `json:"data_type"`
			Virtual Flag   `json:"is_virtual_tel"`
			Expires Moment `json:"expire_time"`
		} `json:"decrypt_infos"`
	}
	err := s.ask(ctx, "order.batchDecrypt", params, &told)
	if err != nil && (len(told.Infos) == 0 || !refused(err, "300008", "300003")) {
		return nil, err
	}
	found := map[Secret]int{}
	for n, i := range told.Infos {
		found[i.Cipher] = n + 1
	}
	opened := make([]Opened, len(ciphers))
	for n, c := range ciphers {
		opened[n] = Opened{Cipher: c, Err: pavilion.E(pavilion.Conflict, "douyin.cipher", pavilion.Args{"code": int64(0)})}
		at := found[c]
		if at == 0 {
			continue
		}
		i := told.Infos[at-1]
		if i.ErrNo != 0 || i.Plain == "" {
			opened[n].Err = pavilion.E(pavilion.Conflict, "douyin.cipher", pavilion.Args{"code": int64(i.ErrNo)})
			continue
		}
		opened[n] = Opened{Cipher: c, Text: i.Plain, Kind: i.Kind, Forwards: bool(i.Virtual), ExpiresAt: i.Expires}
	}
	return opened, nil
}
