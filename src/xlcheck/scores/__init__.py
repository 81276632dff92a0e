"""Score sheets (项目支出绩效自评表): what a family of forms is like, what stands in a cell of one, one form as it was read."""
