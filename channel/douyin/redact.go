package douyin

import (
	"regexp"
	"strings"
)

// Redact takes secrets and personal data out of a request or an answer: values that are secret
// in an address, values of JSON by their names, also of JSON inside a text, and what looks like
// somebody's own wherever it stands.
func (n *Connector) Redact(text string) string {
	text = secretParameter.ReplaceAllString(text, "${1}"+hidden)
	if at := strings.IndexAny(text, "{["); at >= 0 {
		if v, err := decode([]byte(text[at:])); err == nil {
			if clean, err := encode(conceal(v, ""), false); err == nil {
				text = text[:at] + string(clean)
			}
		} else {
			text = secretMember.ReplaceAllString(text, "${1}"+hidden)
		}
	}
	text = strings.ReplaceAll(text, string(n.c.o.Secret), hidden)
	return personal.ReplaceAllString(text, hidden)
}

var (
	secretParameter = regexp.MustCompile(`\b((?:access_token|refresh_token|sign|sign_v2|code)=)[^&\s"]+`)
	// secretMember is for what is not whole JSON: all that follows such a name in its text.
	secretMember = regexp.MustCompile(`("(?:` + strings.Join(concealed, "|") + `)\\*"\s*:\s*)(?:"(?:[^"\\]|\\.)*"?|\{[^}]*\}?|\S+)`)
)

// concealed are the members of JSON that nobody may read.
var concealed = []string{
	"access_token", "refresh_token", "decrypt_text", "plain_text", "cipher_text", "phone_no_a", "phone_no_b",
	"post_receiver", "post_tel", "encrypt_post_receiver", "encrypt_post_tel", "encrypt_post_tel_sec", "encrypt_detail", "detail",
	"encrypt_id_card_no", "encrypt_id_card_name", "id_card_no", "id_card_name", "buyer_words", "open_id", "doudian_open_id",
	"receiver_msg", "post_receiver_msg", "encrypt_name", "encrypt_tel", "buyer_name", "buyer_reg_no", "buyer_id_number", "account_id",
}

var concealedNames = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range concealed {
		m[name] = true
	}
	return m
}()

// conceal hides in a value what stands under such a name.
func conceal(v any, name string) any {
	if concealedNames[name] && v != nil && v != "" {
		return hidden
	}
	switch v := v.(type) {
	case map[string]any:
		_, redeems := v["grant_type"]
		for key, in := range v {
			if redeems && key == "code" {
				v[key] = hidden
				continue
			}
			v[key] = conceal(in, key)
		}
	case []any:
		for i, in := range v {
			v[i] = conceal(in, "")
		}
	case string:
		if t := strings.TrimSpace(v); strings.HasPrefix(t, "{") || strings.HasPrefix(t, "[") {
			if inner, err := decode([]byte(t)); err == nil {
				if clean, err := encode(conceal(inner, ""), false); err == nil {
					return string(clean)
				}
			}
		}
	}
	return v
}
