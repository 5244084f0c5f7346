using PhotoLambda.BulkIngest;

await BulkIngestFunction.RunAsync();
