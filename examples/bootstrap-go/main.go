// A streaming function on a Lambda runtime of its own, with Go's standard library alone.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"
)

const (
	preludeType = "application/vnd.awslambda.http-integration-response"
	errorType   = "Lambda-Runtime-Function-Error-Type"
	errorBody   = "Lambda-Runtime-Function-Error-Body"
)

// An event of a function URL, as far as this function reads it.
type event struct {
	RawPath               string            `json:"rawPath"`
	QueryStringParameters map[string]string `json:"queryStringParameters"`
}

// What a response says before its body.
type head struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
}

// handle is the function. Each write is sent at once. An error before the first one is the invocation's, one after it ends the response.
func handle(e event, begin func(head) io.Writer) error {
	count := 3
	if given, ok := e.QueryStringParameters["count"]; ok {
		var err error
		if count, err = strconv.Atoi(given); err != nil {
			return fmt.Errorf("count: %w", err)
		}
	}
	body := begin(head{200, map[string]string{"content-type": "text/plain"}})
	for number := 1; number <= count; number++ {
		fmt.Fprintf(body, "Number: %d\n", number)
		time.Sleep(200 * time.Millisecond)
	}
	if e.RawPath == "/fail" {
		return errors.New("failed in the middle")
	}
	_, err := fmt.Fprint(body, "Streaming complete!\n")
	return err
}

func main() {
	base := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	// The default client has no time limit: the next invocation may be hours away.
	client := &http.Client{Transport: &http.Transport{}}
	for {
		if err := serve(client, base); err != nil {
			log.Fatal(err)
		}
	}
}

// serve takes one invocation and answers it.
func serve(client *http.Client, base string) error {
	answer, err := client.Get(base + "next")
	if err != nil {
		return err
	}
	payload, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil {
		return err
	}
	id := answer.Header.Get("Lambda-Runtime-Aws-Request-Id")

	var sent chan error
	var body *io.PipeWriter
	trailers := http.Header{errorType: nil, errorBody: nil}
	begin := func(h head) io.Writer {
		reader, writer := io.Pipe()
		body, sent = writer, make(chan error, 1)
		request, _ := http.NewRequest(http.MethodPost, base+id+"/response", reader)
		request.Header.Set("Content-Type", preludeType)
		request.Header.Set("Lambda-Runtime-Function-Response-Mode", "streaming")
		// Announced now, given a value when the body has ended.
		request.Trailer = trailers
		go func() { sent <- post(client, request) }()
		prelude, _ := json.Marshal(h)
		writer.Write(append(prelude, make([]byte, 8)...))
		return writer
	}

	var e event
	failure := json.Unmarshal(payload, &e)
	if failure == nil {
		failure = handle(e, begin)
	}
	if body == nil {
		return report(client, base+id+"/error", failure)
	}
	if failure != nil {
		trailers.Set(errorType, "Function.Failed")
		trailers.Set(errorBody, base64.StdEncoding.EncodeToString(errorOf(failure)))
	}
	body.Close()
	return <-sent
}

// report sends an error in place of a response.
func report(client *http.Client, url string, failure error) error {
	request, _ := http.NewRequest(http.MethodPost, url, bytes.NewReader(errorOf(failure)))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(errorType, "Function.Failed")
	return post(client, request)
}

// errorOf is an error in Lambda's form.
func errorOf(failure error) []byte {
	text, _ := json.Marshal(map[string]any{"errorType": "Function.Failed", "errorMessage": fmt.Sprint(failure), "stackTrace": []string{}})
	return text
}

func post(client *http.Client, request *http.Request) error {
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}
