package jd

import (
	"context"
	"encoding/base64"
	"errors"

	"pavilion"
)

const (
	pictureMost     = 1 << 20 // bytes
	pictureNameMost = 64      // bytes
	picturePageMost = 100
)

// displayHost shows a picture whose address has no host.
const displayHost = "https://img10.360buyimg.com/n0/"

// Picture is a picture in the shop's picture zone. Goods name it by URL, which begins with
// "jfs/" and has no host.
type Picture struct {
	ID   string
	Name string
	URL  string
}

// DisplayURL is where people see a picture.
func DisplayURL(url string) string { return displayHost + url }

// Upload puts a picture into the shop's picture zone: PNG, JPEG, GIF or BMP of at most a
// megabyte, with a name of at most 64 bytes. After channel.outcome_unknown look for the name
// ([Shop.PicturesNamed]) before uploading again.
func (s *Shop) Upload(ctx context.Context, name string, file []byte) (Picture, error) {
	if len(file) == 0 || len(file) > pictureMost {
		return Picture{}, pavilion.E(pavilion.Invalid, "jd.picture_size", pavilion.Args{"bytes": len(file), "most": pictureMost}).At("picture")
	}
	if name == "" || len(name) > pictureNameMost {
		return Picture{}, pavilion.E(pavilion.Invalid, "jd.picture_name", pavilion.Args{"most": pictureNameMost}).At("picture")
	}
	a, err := s.tell(ctx, "jingdong.imgzone.picture.upload", fields{"image_data": base64.StdEncoding.EncodeToString(file), "picture_name": name})
	if err != nil {
		return Picture{}, err
	}
	if err := a.returned(); err != nil {
		return Picture{}, err
	}
	p := Picture{ID: a.at("picture_id").text(), Name: name, URL: a.at("picture_url").text()}
	if p.URL == "" {
		return Picture{}, a.lost(errors.New("the answer has no picture_url"))
	}
	return p, a.whole()
}

// PicturesNamed finds pictures in the zone by name, the first hundred of them.
func (s *Shop) PicturesNamed(ctx context.Context, name string) ([]Picture, error) {
	a, err := s.ask(ctx, "jingdong.imgzone.picture.query", fields{"picture_name": name, "page_num": 1, "page_size": picturePageMost})
	if err != nil {
		return nil, err
	}
	if err := a.returned(); err != nil {
		return nil, err
	}
	return each(a.at("imgList"), func(t tree) Picture {
		return Picture{ID: t.at("picture_id").text(), Name: t.at("picture_name").text(), URL: t.at("picture_url").text()}
	}), a.whole()
}

// returned judges the answers of the picture zone: 1 is good there.
func (a answer) returned() error {
	code := a.at("return_code").text()
	switch code {
	case "1":
		return nil
	case "":
		return a.lost(errors.New("the answer has no return_code"))
	}
	// The zone counts its codes for itself: "2" is not the gateway's "2".
	return a.refused("return_code "+code, a.at("desc").text())
}

// SetImages puts pictures into their places on a ware; what stood there is replaced, other
// places stay as they are.
func (s *Shop) SetImages(ctx context.Context, ware int64, images []Image) error {
	var colours, urls, zones []string
	var indexes []int64
	for _, m := range images {
		colours = append(colours, m.Colour)
		indexes = append(indexes, int64(m.Index))
		urls = append(urls, m.URL)
		if m.Zone != "" {
			zones = append(zones, m.Zone)
		}
	}
	f := fields{"wareId": ware}.csv("colorId", colours).ids("imgIndex", indexes).csv("imgUrl", urls)
	if len(zones) == len(images) { // the lists run side by side: all or none
		f.csv("imgZoneId", zones)
	}
	return s.succeed(ctx, "jingdong.image.write.update", f)
}

// Images reads the pictures of a ware.
func (s *Shop) Images(ctx context.Context, ware int64) ([]Image, error) {
	a, err := s.ask(ctx, "jingdong.image.read.findImagesByWareId", fields{"wareId": ware})
	if err != nil {
		return nil, err
	}
	return each(a.at("images"), readImage), a.whole()
}
