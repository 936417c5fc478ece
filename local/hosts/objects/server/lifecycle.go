package main

import (
	"encoding/xml"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3api/controllers"
	"github.com/versity/versitygw/s3api/middlewares"
	"github.com/versity/versitygw/s3err"
)

// lifecycle keeps buckets' rules, which versitygw does not have, and carries them out.
type lifecycle struct {
	directory string
	storage   backend.Backend
	keys      *keys
}

// configuration is the rules' document. Days and dates are all that Linode has.
type configuration struct {
	XMLName xml.Name `xml:"LifecycleConfiguration"`
	Xmlns   string   `xml:"xmlns,attr,omitempty"`
	Rules   []rule   `xml:"Rule"`
}

type rule struct {
	ID     string  `xml:"ID,omitempty"`
	Prefix *string `xml:"Prefix"`
	Filter *struct {
		Prefix *string `xml:"Prefix"`
	} `xml:"Filter"`
	Status     string `xml:"Status"`
	Expiration *struct {
		Days   int    `xml:"Days,omitempty"`
		Date   string `xml:"Date,omitempty"`
		Marker bool   `xml:"ExpiredObjectDeleteMarker,omitempty"`
	} `xml:"Expiration"`
	Noncurrent *struct {
		Days int `xml:"NoncurrentDays"`
	} `xml:"NoncurrentVersionExpiration"`
	Abort *struct {
		Days int `xml:"DaysAfterInitiation"`
	} `xml:"AbortIncompleteMultipartUpload"`
}

var (
	errNoRules = s3err.APIError{
		Code: "NoSuchLifecycleConfiguration", Description: "The lifecycle configuration does not exist", HTTPStatusCode: http.StatusNotFound,
	}
	errMalformed = s3err.GetAPIError(s3err.ErrMalformedXML)
)

// handle answers ?lifecycle and leaves all else to versitygw.
func (l *lifecycle) handle(ctx fiber.Ctx) error {
	name, object, _ := strings.Cut(strings.TrimPrefix(ctx.Path(), "/"), "/")
	if name == "" || object != "" || !ctx.Request().URI().QueryArgs().Has("lifecycle") {
		return ctx.Next()
	}
	action := auth.Action(auth.PutLifecycleConfigurationAction)
	if ctx.Method() == fiber.MethodGet {
		action = auth.GetLifecycleConfigurationAction
	}
	root := middlewares.RootUserConfig{Access: "no such key"}
	return controllers.ProcessHandlers(func(ctx fiber.Ctx) (*controllers.Response, error) {
		if err := l.authorize(ctx, name, action); err != nil {
			return &controllers.Response{}, err
		}
		return l.answer(ctx, name)
	}, "s3_BucketLifecycle", &controllers.Services{}, middlewares.VerifyV4Signature(root, l.keys, region, false, true, false))(ctx)
}

func (l *lifecycle) authorize(ctx fiber.Ctx, name string, action auth.Action) error {
	account, _ := ctx.Locals("account").(auth.Account)
	return auth.VerifyAccess(ctx, l.storage, auth.AccessOptions{
		Acc: account, Bucket: name, Actions: []auth.Action{action}, Iam: l.keys, AclPermission: auth.PermissionWrite, DisableACL: false,
	})
}

func (l *lifecycle) answer(ctx fiber.Ctx, name string) (*controllers.Response, error) {
	switch ctx.Method() {
	case fiber.MethodPut:
		var wanted configuration
		if xml.Unmarshal(ctx.BodyRaw(), &wanted) != nil || !wanted.isValid() {
			return &controllers.Response{}, errMalformed
		}
		return &controllers.Response{}, l.write(name, wanted)
	case fiber.MethodDelete:
		return &controllers.Response{MetaOpts: &controllers.MetaOptions{Status: http.StatusNoContent}}, l.forget(name)
	default:
		rules, err := l.read(name)
		if err != nil {
			return &controllers.Response{}, err
		}
		return &controllers.Response{Data: rules}, nil
	}
}

func (c configuration) isValid() bool {
	for _, one := range c.Rules {
		does := one.Expiration != nil || one.Noncurrent != nil || one.Abort != nil
		if !does || (one.Status != "Enabled" && one.Status != "Disabled") {
			return false
		}
	}
	return len(c.Rules) > 0
}

func (r rule) prefix() string {
	if r.Filter != nil && r.Filter.Prefix != nil {
		return *r.Filter.Prefix
	}
	if r.Prefix != nil {
		return *r.Prefix
	}
	return ""
}

func (l *lifecycle) file(name string) string { return filepath.Join(l.directory, name+".xml") }

func (l *lifecycle) read(name string) (configuration, error) {
	var rules configuration
	content, err := os.ReadFile(l.file(name))
	if errors.Is(err, os.ErrNotExist) {
		return rules, errNoRules
	}
	if err == nil {
		err = xml.Unmarshal(content, &rules)
	}
	return rules, err
}

func (l *lifecycle) write(name string, rules configuration) error {
	rules.XMLName, rules.Xmlns = xml.Name{Local: "LifecycleConfiguration"}, ""
	content, err := xml.Marshal(rules)
	if err == nil {
		err = os.MkdirAll(l.directory, 0o700)
	}
	if err == nil {
		err = os.WriteFile(l.file(name)+".part", content, 0o600)
	}
	if err == nil {
		err = os.Rename(l.file(name)+".part", l.file(name))
	}
	return err
}

func (l *lifecycle) forget(name string) error {
	if err := os.Remove(l.file(name)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// day is what rules count in.
const day = 24 * time.Hour
