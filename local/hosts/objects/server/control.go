package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3err"
)

// serveControl lets the API make buckets and keys, by a socket that only its own user can open.
func serveControl(ctx context.Context, socket string, storage backend.Backend, keys *keys, rules *lifecycle) error {
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	if err := os.Chmod(socket, 0o600); err != nil {
		return err
	}
	c := control{storage, keys, rules}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", answer(func(*http.Request) (any, error) { return struct{}{}, nil }))
	mux.HandleFunc("PUT /keys", answer(c.putKeys))
	mux.HandleFunc("PUT /buckets/{bucket}", answer(c.putBucket))
	mux.HandleFunc("DELETE /buckets/{bucket}", answer(c.deleteBucket))
	mux.HandleFunc("GET /buckets/{bucket}", answer(c.usage))
	mux.HandleFunc("POST /lifecycle", answer(c.runLifecycle))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go func() { _ = server.Serve(listener) }()
	return nil
}

type control struct {
	storage backend.Backend
	keys    *keys
	rules   *lifecycle
}

func answer(do func(*http.Request) (any, error)) http.HandlerFunc {
	return func(writer http.ResponseWriter, request *http.Request) {
		result, err := do(request)
		writer.Header().Set("Content-Type", "application/json")
		if err != nil {
			code, status := "InternalError", http.StatusInternalServerError
			var known s3err.S3Error
			if errors.As(err, &known) {
				status = known.StatusCode()
				code = known.BaseError().Code
			}
			writer.WriteHeader(status)
			result = map[string]string{"code": code, "message": err.Error()}
		}
		_ = json.NewEncoder(writer).Encode(result)
	}
}

func (c control) putKeys(request *http.Request) (any, error) {
	var all keyFile
	if err := json.NewDecoder(request.Body).Decode(&all); err != nil {
		return nil, err
	}
	return struct{}{}, c.keys.replace(all)
}

// putBucket makes it, or sets who may read and write an existing one.
func (c control) putBucket(request *http.Request) (any, error) {
	var wanted struct {
		ACL  types.BucketCannedACL `json:"acl"`
		Cors bool                  `json:"cors"`
	}
	if err := json.NewDecoder(request.Body).Decode(&wanted); err != nil {
		return nil, err
	}
	name, ctx := request.PathValue("bucket"), request.Context()
	owner := c.keys.BucketOwner()
	acl, err := json.Marshal(aclOf(owner.Access, wanted.ACL))
	if err != nil {
		return nil, err
	}
	if _, err := c.storage.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name}); err != nil {
		// Ceph's buckets have access control lists switched on.
		input := &s3.CreateBucketInput{
			Bucket:                    &name,
			ObjectOwnership:           types.ObjectOwnershipBucketOwnerPreferred,
			CreateBucketConfiguration: &types.CreateBucketConfiguration{},
		}
		err = c.storage.CreateBucket(context.WithValue(ctx, bucketOwner, owner), input, acl)
		if err != nil {
			return nil, err
		}
	} else if err := c.storage.PutBucketAcl(ctx, name, acl); err != nil {
		return nil, err
	}
	if !wanted.Cors {
		err = c.storage.DeleteBucketCors(ctx, name)
	} else {
		err = c.storage.PutBucketCors(ctx, name, []byte(corsForAll))
	}
	return struct{}{}, err
}

// bucketOwner is where versitygw's storage looks for whom a new bucket belongs to.
const bucketOwner = "bucket-owner"

const corsForAll = `<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>` +
	`<AllowedMethod>PUT</AllowedMethod><AllowedMethod>DELETE</AllowedMethod><AllowedMethod>HEAD</AllowedMethod>` +
	`<AllowedMethod>POST</AllowedMethod><AllowedHeader>*</AllowedHeader></CORSRule></CORSConfiguration>`

func aclOf(owner string, canned types.BucketCannedACL) auth.ACL {
	acl := auth.ACL{Owner: owner, Grantees: []auth.Grantee{
		{Permission: auth.PermissionFullControl, Access: owner, Type: types.TypeCanonicalUser},
	}}
	all := func(permission auth.Permission) {
		acl.Grantees = append(acl.Grantees, auth.Grantee{Permission: permission, Access: "all-users", Type: types.TypeGroup})
	}
	switch canned {
	case types.BucketCannedACLPublicRead:
		all(auth.PermissionRead)
	case types.BucketCannedACLPublicReadWrite:
		all(auth.PermissionRead)
		all(auth.PermissionWrite)
	}
	return acl
}

// deleteBucket refuses one that has objects or versions.
func (c control) deleteBucket(request *http.Request) (any, error) {
	name := request.PathValue("bucket")
	if err := c.storage.DeleteBucket(request.Context(), name); err != nil {
		return nil, err
	}
	return struct{}{}, c.rules.forget(name)
}

// usage counts what the bucket holds, former versions too, as Linode bills them.
func (c control) usage(request *http.Request) (any, error) {
	ctx, name := request.Context(), request.PathValue("bucket")
	var size, objects int64
	most, prefix := int32(1000), ""
	input := &s3.ListObjectVersionsInput{Bucket: &name, Prefix: &prefix, MaxKeys: &most}
	for {
		page, err := c.storage.ListObjectVersions(ctx, input)
		if err != nil {
			return nil, err
		}
		for _, v := range page.Versions {
			objects++
			size += *v.Size
		}
		if page.IsTruncated == nil || !*page.IsTruncated {
			return map[string]int64{"objects": objects, "size": size}, nil
		}
		input.KeyMarker, input.VersionIdMarker = page.NextKeyMarker, page.NextVersionIdMarker
	}
}

// runLifecycle does what would be due at a time.
func (c control) runLifecycle(request *http.Request) (any, error) {
	var at struct {
		Now time.Time `json:"now"`
	}
	if err := json.NewDecoder(request.Body).Decode(&at); err != nil {
		return nil, err
	}
	return struct{}{}, c.rules.run(request.Context(), at.Now)
}
