package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/s3response"
)

// version is one of an object's, newest first as the list has them.
type version struct {
	key, id string
	made    time.Time
	latest  bool
	marker  bool
	// When the next newer one was made: from then on this one was not current.
	superseded time.Time
}

// runDaily carries the rules out when the server starts and then every hour: Linode does so once a day.
func (l *lifecycle) runDaily(ctx context.Context) {
	for {
		if err := l.run(ctx, time.Now()); err != nil {
			fmt.Fprintln(os.Stderr, "objects: life-cycle:", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Hour):
		}
	}
}

// run does what is due at a time, which tests may choose.
func (l *lifecycle) run(ctx context.Context, now time.Time) error {
	files, err := filepath.Glob(filepath.Join(l.directory, "*.xml"))
	if err != nil {
		return err
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".xml")
		rules, err := l.read(name)
		if err != nil {
			return err
		}
		for _, one := range rules.Rules {
			if one.Status != "Enabled" {
				continue
			}
			if err := l.apply(ctx, name, one, now); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

func (l *lifecycle) apply(ctx context.Context, name string, one rule, now time.Time) error {
	versions, err := l.versions(ctx, name, one.prefix())
	if err != nil {
		return err
	}
	only := map[string]int{}
	for _, v := range versions {
		only[v.key]++
	}
	for _, v := range versions {
		var id *string
		switch {
		case one.expires(v, now): // without a version: in a bucket that keeps versions this makes a marker
		case one.Noncurrent != nil && !v.latest && !now.Before(v.superseded.Add(time.Duration(one.Noncurrent.Days)*day)):
			id = &v.id
		case one.Expiration != nil && one.Expiration.Marker && v.latest && v.marker && only[v.key] == 1:
			id = &v.id
		default:
			continue
		}
		if _, err := l.storage.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &name, Key: &v.key, VersionId: id}); err != nil {
			return err
		}
	}
	return l.abortUploads(ctx, name, one, now)
}

func (r rule) expires(v version, now time.Time) bool {
	if r.Expiration == nil || !v.latest || v.marker {
		return false
	}
	if r.Expiration.Date != "" {
		date, err := time.Parse(time.RFC3339, r.Expiration.Date)
		return err == nil && !now.Before(date)
	}
	return r.Expiration.Days > 0 && !now.Before(v.made.Add(time.Duration(r.Expiration.Days)*day))
}

func (l *lifecycle) versions(ctx context.Context, name, prefix string) ([]version, error) {
	all := map[string][]version{}
	var order []string
	add := func(v version) {
		if _, known := all[v.key]; !known {
			order = append(order, v.key)
		}
		all[v.key] = append(all[v.key], v)
	}
	most := int32(1000)
	input := &s3.ListObjectVersionsInput{Bucket: &name, Prefix: &prefix, MaxKeys: &most}
	for {
		page, err := l.storage.ListObjectVersions(ctx, input)
		if err != nil {
			return nil, err
		}
		for _, v := range page.Versions {
			add(version{key: *v.Key, id: *v.VersionId, made: *v.LastModified, latest: *v.IsLatest})
		}
		for _, v := range page.DeleteMarkers {
			add(version{key: *v.Key, id: *v.VersionId, made: *v.LastModified, latest: *v.IsLatest, marker: true})
		}
		if page.IsTruncated == nil || !*page.IsTruncated {
			break
		}
		input.KeyMarker, input.VersionIdMarker = page.NextKeyMarker, page.NextVersionIdMarker
	}
	var flat []version
	for _, key := range order {
		flat = append(flat, supersede(all[key])...)
	}
	return flat, nil
}

func (l *lifecycle) abortUploads(ctx context.Context, name string, one rule, now time.Time) error {
	if one.Abort == nil {
		return nil
	}
	prefix, most := one.prefix(), int32(1000)
	open, err := l.storage.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: &name, Prefix: &prefix, MaxUploads: &most})
	if err != nil {
		return err
	}
	for _, upload := range open.Uploads {
		if now.Before(upload.Initiated.Add(time.Duration(one.Abort.Days) * day)) {
			continue
		}
		if err := l.storage.AbortMultipartUpload(ctx, abort(name, upload)); err != nil {
			return err
		}
	}
	return nil
}

func abort(name string, upload s3response.Upload) *s3.AbortMultipartUploadInput {
	return &s3.AbortMultipartUploadInput{Bucket: &name, Key: &upload.Key, UploadId: &upload.UploadID}
}
