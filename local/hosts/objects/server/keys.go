package main

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"sync"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/s3err"
)

// accessKey is one of the account's. Limited ones say which buckets they may use.
type accessKey struct {
	Access  string   `json:"access"`
	Secret  string   `json:"secret"`
	Limited bool     `json:"limited"`
	Buckets []bucket `json:"buckets"`
}

type bucket struct {
	Name string `json:"name"`
	// read_only or read_write
	Permissions string `json:"permissions"`
}

type keyFile struct {
	// The account's canonical id. All keys of an account share it, so a bucket policy cannot tell one from another:
	// https://techdocs.akamai.com/cloud-computing/docs/find-the-canonical-user-id-for-an-account
	Owner string      `json:"owner"`
	Keys  []accessKey `json:"keys"`
}

// keys is what versitygw asks who somebody is and what they may do, before the bucket's policy is heard.
type keys struct {
	file string
	lock sync.RWMutex
	now  keyFile
}

func openKeys(file string) (*keys, error) {
	k := &keys{file: file}
	content, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return k, nil
	}
	if err == nil {
		err = json.Unmarshal(content, &k.now)
	}
	return k, err
}

// replace is on disk before it holds.
func (k *keys) replace(all keyFile) error {
	content, err := json.Marshal(all)
	if err != nil {
		return err
	}
	k.lock.Lock()
	defer k.lock.Unlock()
	if err := os.WriteFile(k.file+".part", content, 0o600); err != nil {
		return err
	}
	if err := os.Rename(k.file+".part", k.file); err != nil {
		return err
	}
	k.now = all
	return nil
}

func (k *keys) find(access string) (accessKey, bool) {
	k.lock.RLock()
	defer k.lock.RUnlock()
	for _, key := range k.now.Keys {
		if key.Access == access {
			return key, true
		}
	}
	return accessKey{}, false
}

// arn is how bucket policies name the account.
func (k *keys) arn() string {
	k.lock.RLock()
	defer k.lock.RUnlock()
	return "arn:aws:iam:::user/" + k.now.Owner
}

func (k *keys) GetUserAccount(access string) (auth.Account, error) {
	key, known := k.find(access)
	if !known {
		return auth.Account{}, auth.ErrNoSuchUser
	}
	return auth.Account{Access: key.Access, Secret: key.Secret, Role: auth.RoleUser, Arn: k.arn()}, nil
}

// BucketOwner is the account, whichever of its keys makes a bucket.
func (k *keys) BucketOwner() auth.Account {
	k.lock.RLock()
	defer k.lock.RUnlock()
	return auth.Account{Access: k.now.Owner, Role: auth.RoleUser}
}

// ResolvePrincipals returns those that are nobody.
func (k *keys) ResolvePrincipals(principals []string) ([]string, error) {
	var nobody []string
	for _, principal := range principals {
		if principal != k.arn() {
			nobody = append(nobody, principal)
		}
	}
	return nobody, nil
}

// EvaluatePolicy says what the key itself allows. A deny of the bucket's policy comes before it.
func (k *keys) EvaluatePolicy(access, _ string, actions []auth.Action, resources []string, _ map[string][]string) (auth.PolicyEvaluation, error) {
	evaluation := auth.PolicyEvaluation{PrincipalArn: k.arn()}
	key, known := k.find(access)
	for _, resource := range resources {
		allowed := make([]bool, len(actions))
		for i, action := range actions {
			allowed[i] = known && key.allows(action, strings.TrimPrefix(resource, auth.ResourceArnPrefix))
		}
		addDecisions(&evaluation.Decisions, allowed)
	}
	return evaluation, nil
}

// addDecisions exists for its type: versitygw's decisions (0 says nothing, 1 allows) have a type of no public name.
func addDecisions[Decision ~int](all *[][]Decision, allowed []bool) {
	row := make([]Decision, len(allowed))
	for i, yes := range allowed {
		if yes {
			row[i] = 1
		}
	}
	*all = append(*all, row)
}

// allows: https://techdocs.akamai.com/linode-api/reference/post-object-storage-keys. What read_write stands for is documented as
// "can manage content"; here it is all that can be done to a bucket.
func (key accessKey) allows(action auth.Action, resource string) bool {
	if !key.Limited || action == auth.ListAllMyBucketsAction || action == auth.CreateBucketAction {
		return true
	}
	name, _, _ := strings.Cut(resource, "/")
	for _, granted := range key.Buckets {
		if granted.Name == name {
			verb := strings.TrimPrefix(string(action), "s3:")
			return granted.Permissions == "read_write" || strings.HasPrefix(verb, "Get") || strings.HasPrefix(verb, "List")
		}
	}
	return false
}

var errByLinode = s3err.GetAPIError(s3err.ErrAdminMethodNotSupported)

func (k *keys) CreateAccount(auth.Account) error                        { return errByLinode }
func (k *keys) UpdateUserAccount(string, auth.MutableProps) error       { return errByLinode }
func (k *keys) DeleteUserAccount(string) error                          { return errByLinode }
func (k *keys) ListUserAccounts() ([]auth.Account, error)               { return nil, errByLinode }
func (k *keys) ResolveAccounts(accessKeyIDs []string) ([]string, error) { return accessKeyIDs, nil }
func (k *keys) Shutdown() error                                         { return nil }
