// A function in Go as a peer for the benchmark: net/http and encoding/json, as aws-lambda-go has them below a handler that streams a response to a
// function URL. That library itself is not in it: the benchmark downloads nothing.
//
// The protocol: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"
)

const (
	errorType = "Lambda-Runtime-Function-Error-Type"
	errorBody = "Lambda-Runtime-Function-Error-Body"
)

// functionURLRequest holds what aws-lambda-go's events.LambdaFunctionURLRequest holds.
type functionURLRequest struct {
	Version               string            `json:"version"`
	RawPath               string            `json:"rawPath"`
	RawQueryString        string            `json:"rawQueryString"`
	Cookies               []string          `json:"cookies,omitempty"`
	Headers               map[string]string `json:"headers"`
	QueryStringParameters map[string]string `json:"queryStringParameters,omitempty"`
	RequestContext        requestContext    `json:"requestContext"`
	Body                  string            `json:"body,omitempty"`
	IsBase64Encoded       bool              `json:"isBase64Encoded"`
}

type requestContext struct {
	AccountID    string      `json:"accountId"`
	RequestID    string      `json:"requestId"`
	Authorizer   *authorizer `json:"authorizer,omitempty"`
	APIID        string      `json:"apiId"`
	DomainName   string      `json:"domainName"`
	DomainPrefix string      `json:"domainPrefix"`
	Time         string      `json:"time"`
	TimeEpoch    int64       `json:"timeEpoch"`
	HTTP         struct {
		Method    string `json:"method"`
		Path      string `json:"path"`
		Protocol  string `json:"protocol"`
		SourceIP  string `json:"sourceIp"`
		UserAgent string `json:"userAgent"`
	} `json:"http"`
}

type authorizer struct {
	IAM *struct {
		AccessKey string `json:"accessKey"`
		AccountID string `json:"accountId"`
		CallerID  string `json:"callerId"`
		UserARN   string `json:"userArn"`
		UserID    string `json:"userId"`
	} `json:"iam,omitempty"`
}

type workload struct {
	Name  string `json:"workload"`
	Count int64  `json:"count"`
	Size  int64  `json:"size"`
	Bytes int64  `json:"bytes"`
	Chunk int64  `json:"chunk"`
}

func main() {
	api := os.Getenv("AWS_LAMBDA_RUNTIME_API")
	if api == "" {
		log.Fatal("AWS_LAMBDA_RUNTIME_API is not set: start this program by the benchmark")
	}
	base := "http://" + api + "/2018-06-01/runtime/invocation/"
	// No timeout: an environment may be frozen while it waits for an event.
	client := &http.Client{}
	for {
		if err := invoke(client, base); err != nil {
			log.Fatal(err)
		}
	}
}

// invoke takes one event and streams the response to it.
func invoke(client *http.Client, base string) error {
	next, err := client.Get(base + "next")
	if err != nil {
		return err
	}
	event, err := io.ReadAll(next.Body)
	next.Body.Close()
	if err != nil {
		return err
	}
	id := next.Header.Get("Lambda-Runtime-Aws-Request-Id")
	os.Setenv("_X_AMZN_TRACE_ID", next.Header.Get("Lambda-Runtime-Trace-Id"))
	deadline, err := strconv.ParseInt(next.Header.Get("Lambda-Runtime-Deadline-Ms"), 10, 64)
	if err != nil {
		return err
	}
	timer := time.AfterFunc(time.Until(time.UnixMilli(deadline)), func() {})
	defer timer.Stop()

	body, err := handle(event)
	if err != nil {
		return err
	}
	return respond(client, base+id+"/response", io.MultiReader(bytes.NewReader(prelude()), body))
}

func prelude() []byte {
	head, _ := json.Marshal(struct {
		StatusCode int               `json:"statusCode"`
		Headers    map[string]string `json:"headers,omitempty"`
		Cookies    []string          `json:"cookies,omitempty"`
	}{StatusCode: 200, Headers: map[string]string{"Content-Type": "text/plain"}})
	return append(head, make([]byte, 8)...)
}

func respond(client *http.Client, url string, body io.Reader) error {
	request, err := http.NewRequest(http.MethodPost, url, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/vnd.awslambda.http-integration-response")
	request.Header.Set("Lambda-Runtime-Function-Response-Mode", "streaming")
	request.Trailer = http.Header{errorType: nil, errorBody: nil}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err = io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusAccepted {
		return fmt.Errorf("the Runtime API refused the response: %s", response.Status)
	}
	return nil
}

// handle returns the response's body as it comes to be.
func handle(event []byte) (io.Reader, error) {
	var request functionURLRequest
	if err := json.Unmarshal(event, &request); err != nil {
		return nil, err
	}
	body := []byte(request.Body)
	if request.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(request.Body)
		if err != nil {
			return nil, err
		}
		body = decoded
	}
	var work workload
	if err := json.Unmarshal(body, &work); err != nil {
		return nil, err
	}

	switch work.Name {
	case "tiny":
		return bytes.NewReader([]byte("Hello, world!")), nil
	case "small":
		return write(work.Count*work.Size, work.Size)
	case "big":
		return write(work.Bytes, work.Chunk)
	}
	return nil, fmt.Errorf("the workload '%s' is none of tiny, small, big", work.Name)
}

// write makes a body of writes of one size each, the last one of what is left.
func write(left, size int64) (io.Reader, error) {
	if size < 1 {
		return nil, fmt.Errorf("the workload's chunks have %d bytes, and need at least one", size)
	}
	reader, writer := io.Pipe()
	chunk := bytes.Repeat([]byte{'x'}, int(size))
	go func() {
		for ; left > 0; left -= size {
			part := chunk
			if left < size {
				part = chunk[:left]
			}
			if _, err := writer.Write(part); err != nil {
				return
			}
		}
		writer.Close()
	}()
	return reader, nil
}
