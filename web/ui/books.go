package ui

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"pavilion"
)

//go:embed templates css static locales
var files embed.FS

// books are the messages of the program in all its languages, one file per group and
// language: locales/<group>.<language>.toml. A key stands in the group it begins with.
type books struct {
	localizers map[pavilion.Lang]*i18n.Localizer
	// plain holds the messages that need no values, ready to print.
	plain map[pavilion.Lang]map[string]string
	// forms are the words of every message as written, one for each plural form.
	forms map[pavilion.Lang]map[string][]string
	// counted are the keys whose words depend on a number, called "count".
	counted map[string]bool
}

// openBooks reads the messages once; they are built into the program.
var openBooks = sync.OnceValues(func() (*books, error) {
	bundle := i18n.NewBundle(language.Make(string(pavilion.Langs[0])))
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	b := &books{
		localizers: map[pavilion.Lang]*i18n.Localizer{},
		plain:      map[pavilion.Lang]map[string]string{},
		forms:      map[pavilion.Lang]map[string][]string{},
		counted:    map[string]bool{},
	}
	for _, lang := range pavilion.Langs {
		b.plain[lang], b.forms[lang] = map[string]string{}, map[string][]string{}
	}
	names, err := fs.Glob(files, "locales/*.toml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		f, err := bundle.ParseMessageFileBytes(raw, name)
		if err != nil {
			return nil, fmt.Errorf("read messages %s: %w", name, err)
		}
		group, _, _ := strings.Cut(path.Base(name), ".")
		lang := pavilion.Lang(f.Tag.String())
		if b.plain[lang] == nil {
			return nil, fmt.Errorf("messages %s: the program does not speak %q", name, lang)
		}
		for _, m := range f.Messages {
			if prefix, _, _ := strings.Cut(m.ID, "."); prefix != group {
				return nil, fmt.Errorf("messages %s: %q belongs in the group %s", name, m.ID, prefix)
			}
			for _, form := range []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other} {
				if form != "" {
					b.forms[lang][m.ID] = append(b.forms[lang][m.ID], form)
				}
			}
			switch {
			case m.One+m.Few+m.Many != "" || strings.Contains(m.Other, "{{.count}}"):
				b.counted[m.ID] = true
			case !strings.Contains(m.Other, "{{"):
				b.plain[lang][m.ID] = m.Other
			}
		}
	}
	for _, lang := range pavilion.Langs {
		b.localizers[lang] = i18n.NewLocalizer(bundle, string(lang))
	}
	return b, nil
})

// nearest returns lang if we speak it, else the first language.
func (b *books) nearest(lang pavilion.Lang) pavilion.Lang {
	if b.localizers[lang] != nil {
		return lang
	}
	return pavilion.Langs[0]
}

// message returns the words of a key in a language; ok is false if there are none.
func (b *books) message(lang pavilion.Lang, key string, values map[string]any) (string, bool) {
	if s, ok := b.plain[lang][key]; ok {
		return together(lang, s), true
	}
	config := i18n.LocalizeConfig{MessageID: key, TemplateData: values}
	if n, ok := values["count"]; ok && b.counted[key] {
		config.PluralCount = n
	}
	s, tag, err := b.localizers[lang].LocalizeWithTag(&config)
	if err != nil || pavilion.Lang(tag.String()) != lang {
		return "", false
	}
	return together(lang, s), true
}

// together keeps a number and the word after it on one line, in the languages whose
// typography asks for it.
func together(lang pavilion.Lang, s string) string {
	if lang != pavilion.Russian && lang != pavilion.Belarusian {
		return s
	}
	for i := 1; i < len(s); i++ {
		if s[i] == ' ' && s[i-1] >= '0' && s[i-1] <= '9' {
			return s[:i] + nbsp + together(lang, s[i+1:])
		}
	}
	return s
}
