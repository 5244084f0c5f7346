using PhotoLambda;
using PhotoLambda.BulkIngest;

return await FunctionStart.RunAsync("BulkIngestFunction", () => BulkIngestFunction.RunAsync());
