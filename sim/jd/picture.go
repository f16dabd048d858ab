package jd

import (
	"bytes"
	"encoding/base64"
	"image"
	_ "image/gif"  // formats whose measures are read
	_ "image/jpeg" // another
	_ "image/png"  // another
	"slices"
	"strings"
	"time"
)

var pictureMethods = map[string]method{
	"jingdong.imgzone.picture.upload":        {do: (*call).uploadPicture},
	"jingdong.imgzone.picture.query":         {do: (*call).pictures},
	"jingdong.imgzone.category.query":        {do: (*call).pictureCategories},
	"jingdong.image.read.findImagesByWareId": {do: (*call).wareImages},
}

const pictureMost = 1 << 20 // bytes

// picture is a file in the shop's picture room. Its bytes are not kept.
type picture struct {
	ID            ID
	URL           string
	Name          string
	Category      int64
	Kind          string
	Size          int
	Width, Height int
	Created       time.Time
}

func (p *picture) key() string    { return p.ID.String() }
func (p *picture) due() time.Time { return time.Time{} }

// kindOf names the format of a file by its first bytes, "" if it is none the platform takes.
func kindOf(b []byte) string {
	for kind, starts := range map[string][]string{
		"png": {"\x89PNG"}, "jpg": {"\xff\xd8\xff"}, "gif": {"GIF87a", "GIF89a"}, "bmp": {"BM"},
	} {
		if slices.ContainsFunc(starts, func(s string) bool { return bytes.HasPrefix(b, []byte(s)) }) {
			return kind
		}
	}
	return ""
}

func (c *call) uploadPicture() (obj, *failure) {
	c.p.require("image_data")
	data, name, category := c.p.text("image_data"), c.p.text("picture_name"), c.p.number("picture_cate_id", 0)
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	b, err := base64.StdEncoding.DecodeString(data)
	kind := kindOf(b)
	switch {
	case err != nil:
		return obj{"return_code": 2, "desc": "image_data不是base64"}, nil
	case len(b) > pictureMost:
		return obj{"return_code": 2, "desc": "图片超过1MB"}, nil
	case kind == "":
		return obj{"return_code": 2, "desc": "图片格式不支持"}, nil
	case len(name) > 64:
		return obj{"return_code": 2, "desc": "picture_name超过64字节"}, nil
	}
	p := picture{ID: c.newID(), Name: name, Category: category, Kind: kind, Size: len(b), Created: c.now}
	if m, _, err := image.DecodeConfig(bytes.NewReader(b)); err == nil {
		p.Width, p.Height = m.Width, m.Height
	}
	p.URL = "jfs/t1/" + p.ID.String() + "/" + c.derived("picture", p.ID.String())[:16] + "." + kind
	c.putPicture(p)
	return obj{"return_code": 1, "desc": "", "picture_id": p.ID.String(), "picture_url": p.URL}, nil
}

func (c *call) pictures() (obj, *failure) {
	id, category, name := c.p.text("picture_id"), c.p.number("picture_cate_id", -1), c.p.text("picture_name")
	from, to := c.p.moment("start_date"), c.p.moment("end_Date")
	page, size := c.p.within("page_num", 1, 1, pageMost), c.p.within("page_size", 20, 1, 100)
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	var found []*picture
	for _, p := range c.change.pictures.list {
		if (id == "" || p.ID.String() == id) && (category < 0 || p.Category == category) && strings.Contains(p.Name, name) &&
			between(p.Created, from, to) {
			found = append(found, p)
		}
	}
	list := []any{}
	for _, p := range paged(found, page, size) {
		list = append(list, obj{
			"picture_id": p.ID.String(), "picture_url": p.URL, "picture_cate_id": p.Category, "picture_name": p.Name,
			"picture_type": p.Kind, "picture_size": p.Size, "picture_width": p.Width, "picture_height": p.Height,
			"referenced": c.referenced(p.URL), "created": dateText(p.Created), "modified": dateText(p.Created),
		})
	}
	return obj{"return_code": 1, "desc": "", "total_num": len(found), "imgList": list}, nil
}

// referenced is 1 for a picture that a ware shows.
func (c *call) referenced(url string) int {
	for _, w := range c.wares.list {
		if slices.ContainsFunc(w.Images, func(i imagePlace) bool { return i.URL == url }) {
			return 1
		}
	}
	return 0
}

func (c *call) pictureCategories() (obj, *failure) {
	return obj{"return_code": 1, "cateList": []any{obj{
		"cate_id": 0, "cate_name": "默认分类", "parent_cate_id": -1, "cate_level": 1, "cate_order": 0,
	}}}, nil
}

func (c *call) wareImages() (obj, *failure) {
	w, f := c.known(c.p, "wareId")
	if f != nil {
		return nil, f
	}
	return obj{"images": toldPlaces(w.Images, true)}, nil
}

// toldPlaces are the pictures of a ware as it tells them.
func toldPlaces(images []imagePlace, alone bool) []any {
	list := []any{}
	for i, one := range images {
		o := obj{"colorId": one.Color, "imgId": i + 1, "imgIndex": one.Index, "imgUrl": one.URL, "imgZoneId": one.ZoneID}
		if alone {
			o["imgRectangleUrl"], o["isGgt"] = "", false
		}
		list = append(list, o)
	}
	return list
}

// updateImages puts pictures in their places, over those that are there.
func (c *call) updateImages() (obj, *failure) {
	c.p.require("colorId", "imgIndex", "imgUrl")
	colors, places, urls, zones := c.p.list("colorId"), c.p.ids("imgIndex"), c.p.list("imgUrl"), c.p.list("imgZoneId")
	if len(colors) != len(places) || len(colors) != len(urls) || len(zones) != 0 && len(zones) != len(urls) {
		c.p.refuse("61", "imgUrl")
	}
	for _, url := range urls {
		if !strings.HasPrefix(url, "jfs/") {
			c.p.refuse("61", "imgUrl")
		}
	}
	old, f := c.known(c.p, "wareId")
	if f != nil {
		return nil, f
	}
	w := old
	w.Images = slices.Clone(w.Images)
	for i, color := range colors {
		one := imagePlace{Color: color, Index: int64(places[i]), URL: urls[i]}
		if len(zones) > 0 {
			one.ZoneID = zones[i]
		}
		if at := placeOf(w.Images, color, one.Index); at >= 0 {
			w.Images[at] = one
		} else {
			w.Images = append(w.Images, one)
		}
	}
	return c.changed(old, w), nil
}

func placeOf(images []imagePlace, color string, index int64) int {
	return slices.IndexFunc(images, func(i imagePlace) bool { return i.Color == color && i.Index == index })
}

func (c *call) deleteImages() (obj, *failure) {
	c.p.require("colorIds", "imgIndexes")
	colors, places := c.p.list("colorIds"), c.p.ids("imgIndexes")
	if len(colors) != len(places) {
		c.p.refuse("61", "imgIndexes")
	}
	old, f := c.known(c.p, "wareId")
	if f != nil {
		return nil, f
	}
	w := old
	w.Images = slices.Clone(w.Images)
	for i, color := range colors {
		at := placeOf(w.Images, color, int64(places[i]))
		if at < 0 || color == mainColor && places[i] == 1 {
			return nil, failAt("61", "imgIndexes")
		}
		w.Images = slices.Delete(w.Images, at, at+1)
	}
	return c.changed(old, w), nil
}
