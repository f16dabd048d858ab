package douyin

import (
	"context"
	"unicode/utf8"

	"pavilion"
)

// Where the audit of a picture stands.
const (
	MaterialWaits    Int = 1
	MaterialInReview Int = 2
	MaterialPassed   Int = 3
	MaterialRejected Int = 4
)

// Picture is one in the material centre. Address is what a listing names; it is there once the
// audit has passed, mostly within four seconds.
type Picture struct {
	ID      Text   `json:"material_id"`
	Audit   Int    `json:"audit_status"`
	Address string `json:"byte_url"`
	Refused string `json:"audit_reject_desc"` // why, from [Shop.Picture] alone
}

// Ready tells whether a listing may name the picture.
func (p Picture) Ready() bool { return p.Audit == MaterialPassed && p.Address != "" }

const materialNameMost = 50

// AddPicture has the platform fetch a picture, png or jpg up to 10 MB, from a public address.
// The same picture is kept once, so that it may be repeated.
func (s Shop) AddPicture(ctx context.Context, address, name string) (Picture, error) {
	return s.addMaterial(ctx, material{URL: address, Name: name})
}

// UploadPicture sends the bytes of a picture.
func (s Shop) UploadPicture(ctx context.Context, file []byte, name string) (Picture, error) {
	if len(file) == 0 || len(file) > pictureMost {
		return Picture{}, pavilion.E(pavilion.Invalid, "douyin.draft", pavilion.Args{"rule": "10 MB"}).At("pictures")
	}
	var told struct {
		URI string `json:"store_uri"`
	}
	const method = "open.binaryupload"
	if err := s.act(ctx, method, struct {
		Content []byte `json:"file_content"`
	}{file}, &told); err != nil {
		return Picture{}, err
	}
	if told.URI == "" {
		return Picture{}, call{s, method, true}.lost(errNoValue)
	}
	return s.addMaterial(ctx, material{URI: told.URI, Name: name})
}

const pictureMost = 10 << 20 // bytes

// material is a picture on its way to the material centre, into its root folder.
type material struct {
	Folder   string `json:"folder_id"`
	URL      string `json:"url,omitempty"`
	URI      string `json:"file_uri,omitempty"`
	Name     string `json:"material_name"`
	Distinct bool   `json:"need_distinct"`
}

func (s Shop) addMaterial(ctx context.Context, m material) (Picture, error) {
	m.Folder, m.Distinct = "0", true
	if utf8.RuneCountInString(m.Name) > materialNameMost {
		m.Name = string([]rune(m.Name)[:materialNameMost])
	}
	var told Picture
	err := s.act(ctx, "material.uploadImageSync", m, &told)
	return told, err
}

// Picture asks how the audit of a picture stands.
func (s Shop) Picture(ctx context.Context, id Text) (Picture, error) {
	var told struct {
		Info Picture `json:"material_info"`
	}
	err := s.ask(ctx, "material.queryMaterialDetail", struct {
		ID Text `json:"material_id"`
	}{id}, &told)
	return told.Info, err
}
