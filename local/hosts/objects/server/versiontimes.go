package main

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/oklog/ulid/v2"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3response"
)

// timedByVersion is a storage whose versions have the time at which they were made. versitygw 1.8.0 has the one of the file, which is
// newer once a version is not current any more, and older for a mark of deletion. Its versions' names hold the right one.
type timedByVersion struct{ backend.Backend }

func (t timedByVersion) ListObjectVersions(ctx context.Context, input *s3.ListObjectVersionsInput) (s3response.ListVersionsResult, error) {
	page, err := t.Backend.ListObjectVersions(ctx, input)
	for i := range page.Versions {
		setTime(&page.Versions[i].LastModified, page.Versions[i].VersionId)
	}
	for i := range page.DeleteMarkers {
		setTime(&page.DeleteMarkers[i].LastModified, page.DeleteMarkers[i].VersionId)
	}
	return page, err
}

func (t timedByVersion) HeadObject(ctx context.Context, input *s3.HeadObjectInput) (*s3.HeadObjectOutput, error) {
	found, err := t.Backend.HeadObject(ctx, input)
	if err == nil && found != nil {
		setTime(&found.LastModified, found.VersionId)
	}
	return found, err
}

func (t timedByVersion) GetObject(ctx context.Context, input *s3.GetObjectInput) (*s3.GetObjectOutput, error) {
	found, err := t.Backend.GetObject(ctx, input)
	if err == nil && found != nil {
		setTime(&found.LastModified, found.VersionId)
	}
	return found, err
}

// setTime leaves what was made before the bucket kept versions as it is.
func setTime(made **time.Time, version *string) {
	if version == nil {
		return
	}
	if name, err := ulid.ParseStrict(*version); err == nil {
		at := ulid.Time(name.Time()).UTC()
		*made = &at
	}
}
