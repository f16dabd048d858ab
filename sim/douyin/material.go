package douyin

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// How far the audit of a picture is.
const (
	materialWaiting  = 1
	materialPassed   = 3
	materialRejected = 4
)

// material is a picture of the material centre.
type material struct {
	ID, Folder, Name, Origin string
	Shop                     int64
	Audit                    int
	Reason                   string
	Created, Updated         time.Time
}

const materialEnds = "material"

// byteURL is where a picture is once it passed.
func (t *tx) byteURL(m *material) string {
	if m.Audit != materialPassed {
		return ""
	}
	return t.s.o.BaseURL + "/materials/" + m.ID + ".svg"
}

// passedPicture tells whether an address is that of a picture of the shop that passed.
func (t *tx) passedPicture(shop int64, address string) bool {
	id, ok := strings.CutPrefix(address, t.s.o.BaseURL+"/materials/")
	m := t.materials.get(strings.TrimSuffix(id, ".svg"))
	return ok && m != nil && m.Shop == shop && m.Audit == materialPassed
}

// upload takes a picture. With distinct, one that is known already is returned again.
func (t *tx) upload(shop int64, a args, name string, distinct bool) (m *material, isNew bool, err error) {
	from := a.str("url")
	if from == "" {
		from = a.str("file_uri")
	} else if !absolute(from) {
		return nil, false, invalid(20001, "图片地址格式错误")
	}
	switch {
	case from == "":
		return nil, false, missing(20001, "url 与 file_uri 不能同时为空")
	case name == "" || utf8.RuneCountInString(name) > 50:
		return nil, false, invalid(20001, "素材名称为 1 到 50 个字")
	}
	if distinct {
		for _, m := range t.materials.all() {
			if m.Shop == shop && m.Origin == from && m.Audit != materialRejected {
				return m, false, nil
			}
		}
	}
	m = &material{
		ID: strconv.FormatInt(t.id(firstProduct), 10), Folder: a.str("folder_id"), Name: name, Origin: from,
		Shop: shop, Audit: materialWaiting, Created: t.now, Updated: t.now,
	}
	t.materials.put(m.ID, m)
	if t.s.rules.MaterialTakes <= 0 {
		t.judgeMaterial(m)
	} else {
		t.later(t.s.rules.MaterialTakes, materialEnds, m.ID, nil)
	}
	return m, true, nil
}

func (t *tx) endMaterialAudit(a *alarm) {
	if m := t.materials.edit(a.Of); m != nil && m.Audit == materialWaiting {
		t.judgeMaterial(m)
	}
}

func (t *tx) judgeMaterial(m *material) {
	m.Audit, m.Updated = materialPassed, t.now
	if f := t.s.faults.take(AtMaterialAudit, t.s.o.Clock()); f != nil {
		m.Audit, m.Reason = materialRejected, f.reason("图片不符合规范")
	}
	t.push(m.Shop, "137", m.ID, obj{
		"material_id": m.ID, "audit_status": m.Audit, "audit_status_desc": m.Reason, "byte_url": t.byteURL(m),
		"folder_id": m.Folder, "origin_url": m.Origin, "operate_status": 1, "shop_id": m.Shop,
	})
}

// uploadImage is material.uploadImageSync.
func uploadImage(t *tx, c *call) (any, error) {
	if !c.has("folder_id") {
		return nil, missing(20001, "folder_id 不能为空")
	}
	m, isNew, err := t.upload(c.shop, c.args, c.str("material_name"), c.yes("need_distinct"))
	if err != nil {
		return nil, err
	}
	out := obj{"material_id": m.ID, "folder_id": m.Folder, "is_new": isNew, "audit_status": m.Audit}
	if url := t.byteURL(m); url != "" {
		out["byte_url"] = url
	}
	return out, nil
}

// imageMost is how large a picture may be, in bytes of its base 64.
const imageMost = (10 << 20) * 4 / 3

// uploadBytes is open.binaryupload: the picture itself, which a material then names by
// file_uri. The same bytes have the same name; they are not kept.
func uploadBytes(_ *tx, c *call) (any, error) {
	content := c.str("file_content")
	switch {
	case content == "":
		return nil, missing(20001, "file_content 不能为空")
	case len(content) > imageMost:
		return nil, failed(22001, "图片过大")
	}
	sum := sha256.Sum256([]byte(content))
	return obj{"store_uri": "simulated/" + hex.EncodeToString(sum[:16])}, nil
}

const materialsMost = 50

// uploadImages is material.batchUploadImageSync: each picture by itself.
func uploadImages(t *tx, c *call) (any, error) {
	list := c.list("materials")
	if len(list) == 0 || len(list) > materialsMost {
		return nil, invalid(20001, "一次上传 1 到 50 张图片")
	}
	done, wrong := obj{}, obj{}
	for _, a := range list {
		id := a.str("request_id")
		m, isNew, err := t.upload(c.shop, a, a.str("name"), false)
		if p, ok := err.(*problem); ok { //nolint:errorlint // upload wraps nothing
			wrong[id] = obj{"ErrCode": p.code, "ErrMsg": p.subMsg}
			continue
		}
		done[id] = obj{
			"MaterialId": m.ID, "Name": m.Name, "FolderId": m.Folder, "OriginUrl": m.Origin,
			"ByteUrl": t.byteURL(m), "AuditStatus": m.Audit, "IsNew": isNew,
		}
	}
	return obj{"success_map": done, "failed_map": wrong}, nil
}

// tellMaterial is material.queryMaterialDetail.
func tellMaterial(t *tx, c *call) (any, error) {
	m := t.materials.get(c.str("material_id"))
	if m == nil || m.Shop != c.shop {
		return nil, invalid(20001, "素材不存在")
	}
	return obj{"material_info": obj{
		"material_id": m.ID, "folder_id": m.Folder, "origin_url": m.Origin, "byte_url": t.byteURL(m),
		"materil_name": m.Name, "material_type": "photo", "operate_status": 1, "audit_status": m.Audit,
		"audit_reject_desc": m.Reason, "size": 204800, "photo_info": obj{"height": 800, "width": 800, "format": "svg"},
		"create_time": dateTime(m.Created), "update_time": dateTime(m.Updated),
	}}, nil
}

// showMaterial shows a picture: a square with its number, for the bytes are never fetched.
func showMaterial(w http.ResponseWriter, r *http.Request) {
	id, _ := strings.CutSuffix(r.PathValue("name"), ".svg")
	if _, err := strconv.ParseInt(id, 10, 64); err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="800"><rect width="800" height="800" fill="#d9d4c7"/><text x="400" y="400" font-size="40" text-anchor="middle">%s</text></svg>`, id)
}

// dateTime writes a time as the platform does where it does not write seconds.
func dateTime(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(beijing).Format(time.DateTime)
}

// ts writes a time in seconds, 0 for none.
func ts(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.Unix()
}
