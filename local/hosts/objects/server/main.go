// Command objects is the local Linode's Object Storage: versitygw (https://github.com/versity/versitygw) on a directory, with
// the account's access keys, life-cycle rules, and a socket by which the API makes buckets and keys.
//
// Parameters: -data DIRECTORY -listen ADDRESS:PORT -cert FILE -key FILE -control SOCKET. It serves until SIGTERM; everything that
// was answered survives kill -9.
package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
	"github.com/versity/versitygw/s3api"
)

func main() {
	data := flag.String("data", "", "directory that holds everything")
	listen := flag.String("listen", "", "address and port")
	cert := flag.String("cert", "", "certificate")
	key := flag.String("key", "", "its key")
	control := flag.String("control", "", "socket for the API")
	flag.Parse()
	if err := serve(*data, *listen, *cert, *key, *control); err != nil {
		fmt.Fprintln(os.Stderr, "objects:", err)
		os.Exit(1)
	}
}

func serve(data, listen, cert, key, control string) error {
	files, err := openStorage(data)
	if err != nil {
		return err
	}
	storage := timedByVersion{files}
	defer storage.Shutdown()
	keys, err := openKeys(filepath.Join(data, "keys.json"))
	if err != nil {
		return err
	}
	rules := &lifecycle{directory: filepath.Join(data, "lifecycle"), storage: storage, keys: keys}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := serveControl(ctx, control, storage, keys, rules); err != nil {
		return err
	}
	go rules.runDaily(ctx)
	return embedgw.RunVersityGW(ctx, storage, &embedgw.Config{
		// Nobody knows it: the root of the server passes every policy, which no key of a Linode account does.
		RootUserAccess:    "root" + rand.Text(),
		RootUserSecret:    rand.Text(),
		Region:            region,
		Ports:             []string{listen},
		CertFile:          cert,
		KeyFile:           key,
		IAMService:        keys,
		KeepAlive:         true,
		Quiet:             true,
		MaxConnections:    4096,
		MaxRequests:       2048,
		MultipartMaxParts: 10000,
		S3Options: []s3api.Option{
			s3api.WithMiddleware("/", decodePath),
			s3api.WithMiddleware("/", bucketInHostName),
			s3api.WithMiddleware("/", keys.anyRegion),
			s3api.WithMiddleware("/", rules.handle),
			s3api.WithMiddleware("/", encodePath),
		},
	})
}

// openStorage is where objects and their versions lie. Their attributes are the file system's, where it has them.
func openStorage(data string) (backend.Backend, error) {
	directory := func(name string) (string, error) {
		made := filepath.Join(data, name)
		return made, os.MkdirAll(made, 0o700)
	}
	buckets, err := directory("buckets")
	if err != nil {
		return nil, err
	}
	versions, err := directory("versions")
	if err != nil {
		return nil, err
	}
	options := posix.PosixOpts{VersioningDir: versions, Concurrency: 64, CopyObjectThreshold: 5 << 30}
	options.SetNewDirPerm(0o700)
	options.SetNewFilePerm(0o600)
	if (meta.XattrMeta{}).Test(buckets) == nil {
		return posix.New(buckets, meta.XattrMeta{}, options)
	}
	if options.SideCarDir, err = directory("attributes"); err != nil {
		return nil, err
	}
	attributes, err := meta.NewSideCar(options.SideCarDir)
	if err != nil {
		return nil, err
	}
	return posix.New(buckets, attributes, options)
}
